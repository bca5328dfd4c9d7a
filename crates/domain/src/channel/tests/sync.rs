//! Channels that lose their messenger, are taken out of use, and come back (A1, A5).

use super::*;

#[test]
fn a5_a_lost_channel_keeps_its_first_cause_until_it_is_connected_again() {
    let lose = |cause: &str| ChannelCommand::ReportSyncLost {
        cause: cause.to_owned(),
        at: at(1),
    };
    let lost = ChannelEvent::ChannelSyncLost {
        cause: "TOKEN_EXPIRED".to_owned(),
        at: at(1),
    };
    let reconnect = ChannelCommand::ReconnectChannel { at: at(2) };
    let back = ChannelEvent::ChannelReconnected { at: at(2) };
    story([connected()])
        .when(lose("TOKEN_EXPIRED"))
        .then_expect_events(vec![lost.clone()]);
    story([connected(), lost.clone()])
        .when(lose("190"))
        .then_expect_events(vec![]);
    story([connected(), lost.clone()])
        .when(reconnect.clone())
        .then_expect_events(vec![back.clone()]);
    story([connected(), lost, back])
        .when(reconnect.clone())
        .then_expect_events(vec![]);
    for cause in ["", "no words", "<b>", &"x".repeat(65)] {
        story([connected()])
            .when(lose(cause))
            .then_expect_error(ChannelRefusal::CauseInvalid { limit: 64 });
    }
    story([])
        .when(reconnect)
        .then_expect_error(ChannelRefusal::ChannelNotFound);
}

#[test]
fn a1_a_channel_is_taken_out_of_use_and_back() {
    let disconnect = ChannelCommand::DisconnectChannel { at: at(1) };
    let gone = ChannelEvent::ChannelDisconnected { at: at(1) };
    let lose = ChannelCommand::ReportSyncLost {
        cause: "TOKEN_EXPIRED".to_owned(),
        at: at(2),
    };
    let lost = ChannelEvent::ChannelSyncLost {
        cause: "TOKEN_EXPIRED".to_owned(),
        at: at(0),
    };
    let reconnect = ChannelCommand::ReconnectChannel { at: at(3) };
    let back = ChannelEvent::ChannelReconnected { at: at(3) };
    for before in [vec![connected()], vec![connected(), lost]] {
        story(before.clone())
            .when(disconnect.clone())
            .then_expect_events(vec![gone.clone()]);
        let out = [&before[..], std::slice::from_ref(&gone)].concat();
        for command in [disconnect.clone(), lose.clone()] {
            story(out.clone()).when(command).then_expect_events(vec![]);
        }
        story(out.clone())
            .when(reconnect.clone())
            .then_expect_events(vec![back.clone()]);
        story([&out[..], std::slice::from_ref(&back)].concat())
            .when(reconnect.clone())
            .then_expect_events(vec![]);
    }
    story([])
        .when(disconnect)
        .then_expect_error(ChannelRefusal::ChannelNotFound);
}
