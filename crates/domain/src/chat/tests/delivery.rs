//! How far outbound messages come on a messenger: attempts, receipts by id and by time, in any order (D1-D4, P15).

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::channel::Reports;

/// A message that Ana sent on a messenger of some kind; its number is also its id's there.
fn sent_on(kind: ChannelKind, count: u128) -> Vec<ChatEvent> {
    let mut events = vec![opened_on(kind), received(0, 1, 0), joined(ANA, 2)];
    events.extend((1..=count).map(|n| queued(n, 2 + n as u64)));
    events
}

fn opened_on(kind: ChannelKind) -> ChatEvent {
    let ChatEvent::ChatOpened {
        chat_id,
        channel_id,
        contact_id,
        handle,
        page,
        locale,
        at,
        by,
        ..
    } = opened()
    else {
        panic!("not an opening");
    };
    ChatEvent::ChatOpened {
        chat_id,
        channel_id,
        channel_kind: kind,
        contact_id,
        handle,
        page,
        locale,
        at,
        by,
    }
}

fn reference(n: u128) -> Uuid {
    Uuid::from_u128(0xabc0 + n)
}

fn provider(n: u128) -> ProviderMessage {
    ProviderMessage {
        id: format!("wamid.{n}"),
        reference: reference(n),
    }
}

fn report_sent(n: u128, second: i64) -> ChatCommand {
    ChatCommand::ReportSent {
        message_id: message(n),
        attempt: None,
        provider: Some(provider(n)),
        at: at(second),
    }
}

fn sent(n: u128, attempt: u32, second: i64) -> ChatEvent {
    ChatEvent::MessageSent {
        message_id: message(n),
        attempt,
        provider_id: Some(personal(&format!("wamid.{n}"))),
        reference: Some(reference(n)),
        at: at(second),
    }
}

fn start(n: u128, attempt: u32) -> ChatCommand {
    ChatCommand::StartSend {
        message_id: message(n),
        attempt,
        epoch: 7,
        at: at(110),
    }
}

fn started(n: u128, attempt: u32) -> ChatEvent {
    ChatEvent::SendStarted {
        message_id: message(n),
        attempt,
        epoch: 7,
        at: at(110),
    }
}

fn receipt(of: ReceiptOf, reached: Reached) -> ChatCommand {
    ChatCommand::ReportReceipt {
        of,
        reached,
        at: at(200),
    }
}

fn of_id(n: u128) -> ReceiptOf {
    ReceiptOf::Reference(reference(n))
}

fn has(n: u128) -> ChatEvent {
    ChatEvent::MessageDelivered {
        receipt: Receipt::Messages {
            ids: vec![message(n)],
        },
    }
}

fn saw(n: u128) -> ChatEvent {
    ChatEvent::MessageReadByContact {
        receipt: Receipt::Messages {
            ids: vec![message(n)],
        },
        at: at(200),
    }
}

fn failure() -> Reached {
    Reached::Failed { cause: cause() }
}

const WHATSAPP: ChannelKind = ChannelKind::WhatsApp;

#[test]
fn an_attempt_is_started_once_and_never_by_two() {
    let story = || given::<Chat>(facts(), sent_on(WHATSAPP, 1));
    story()
        .when(start(1, 1))
        .then_expect_events(vec![started(1, 1)]);
    story()
        .and(vec![started(1, 1)])
        .when(start(1, 1))
        .then_expect_error(ChatRefusal::SendStartedBefore);
    story()
        .when(start(1, 2))
        .then_expect_error(ChatRefusal::SendStartedBefore);
}

#[test]
fn d4_a_started_attempt_without_a_result_is_uncertain_and_can_be_retried() {
    let uncertain = ChatEvent::MessageUncertain {
        message_id: message(1),
        attempt: 1,
        at: at(120),
    };
    let report = ChatCommand::ReportUncertain {
        message_id: message(1),
        attempt: 1,
        at: at(120),
    };
    let retry = ChatCommand::RetryMessage {
        message_id: message(1),
        by: ANA,
        at: at(130),
    };
    let mut events = sent_on(ChannelKind::Sms, 1);
    given::<Chat>(facts(), events.clone())
        .when(report.clone())
        .then_expect_events(vec![]);
    given::<Chat>(facts(), events.clone())
        .when(retry.clone())
        .then_expect_error(ChatRefusal::MessageNotFailed);
    events.push(started(1, 1));
    given::<Chat>(facts(), events.clone())
        .when(report)
        .then_expect_events(vec![uncertain.clone()]);
    events.push(uncertain);
    given::<Chat>(facts(), events.clone())
        .when(retry)
        .then_expect_events(vec![ChatEvent::MessageRetried {
            message_id: message(1),
            attempt: 2,
            by: ANA,
            terms: None,
            at: at(130),
        }]);
    // The messenger had it after all.
    given::<Chat>(facts(), events)
        .when(report_sent(1, 111))
        .then_expect_events(vec![sent(1, 1, 111)]);
}

#[test]
fn p15_a_failed_message_is_retried_and_its_old_attempt_cannot_fail_it_again() {
    let mut events = sent_on(ChannelKind::Sms, 1);
    events.extend([sent(1, 1, 110), failed(1)]);
    events.push(ChatEvent::MessageRetried {
        message_id: message(1),
        attempt: 2,
        by: ANA,
        terms: None,
        at: at(130),
    });
    given::<Chat>(facts(), events.clone())
        .when(receipt(of_id(1), failure()))
        .then_expect_events(vec![]);
    given::<Chat>(facts(), events.clone())
        .when(receipt(of_id(1), Reached::Delivered))
        .then_expect_events(vec![has(1)]);
    given::<Chat>(facts(), events)
        .when(start(1, 2))
        .then_expect_events(vec![started(1, 2)]);
}

#[test]
fn p15_a_retry_needs_the_channel_and_its_window() {
    let mut events = sent_on(WHATSAPP, 1);
    events.push(failed(1));
    let retry = ChatCommand::RetryMessage {
        message_id: message(1),
        by: ANA,
        at: at(130),
    };
    let refused = given::<Chat>(facts(), events.clone())
        .when(retry.clone())
        .inspect_result();
    assert!(matches!(
        refused,
        Err(ChatRefusal::ReplyWindowClosed { .. })
    ));
    given::<Chat>(facts_of(ANA, Role::Agent, false), events)
        .when(retry)
        .then_expect_error(ChatRefusal::NoChannelAccess);
}

#[test]
fn d2_a_receipt_before_the_sends_own_answer_counts_once_that_comes() {
    let kept = ChatEvent::ReceiptKept {
        of: EarlyReceipt::Message {
            reference: reference(1),
        },
        reached: Reached::Read,
        at: at(200),
    };
    let mut events = sent_on(WHATSAPP, 1);
    given::<Chat>(facts(), events.clone())
        .when(receipt(of_id(1), Reached::Read))
        .then_expect_events(vec![kept.clone()]);
    events.push(kept);
    given::<Chat>(facts(), events.clone())
        .when(receipt(of_id(1), Reached::Delivered))
        .then_expect_events(vec![]);
    let read = ChatEvent::MessageReadByContact {
        receipt: Receipt::Messages {
            ids: vec![message(1)],
        },
        at: at(110),
    };
    given::<Chat>(facts(), events)
        .when(report_sent(1, 110))
        .then_expect_events(vec![sent(1, 1, 110), read]);
}

#[test]
fn d2_a_watermark_covers_what_the_messenger_had_by_then() {
    let mut events = sent_on(ChannelKind::Messenger, 3);
    events.extend([sent(1, 1, 110), sent(2, 1, 120)]);
    let up_to = |second| ReceiptOf::UpTo(at(second));
    let kept = ChatEvent::ReceiptKept {
        of: EarlyReceipt::UpTo { time: at(115) },
        reached: Reached::Read,
        at: at(200),
    };
    given::<Chat>(facts(), events.clone())
        .when(receipt(up_to(115), Reached::Read))
        .then_expect_events(vec![kept.clone(), saw(1)]);
    events.extend([kept, saw(1)]);
    // The third was there before the watermark, the answer only came late.
    let read = ChatEvent::MessageReadByContact {
        receipt: Receipt::Messages {
            ids: vec![message(3)],
        },
        at: at(112),
    };
    given::<Chat>(facts(), events.clone())
        .when(report_sent(3, 112))
        .then_expect_events(vec![sent(3, 1, 112), read]);
    given::<Chat>(facts(), events)
        .when(report_sent(3, 116))
        .then_expect_events(vec![sent(3, 1, 116)]);
}

#[test]
fn d3_reading_is_believed_only_where_the_channel_reports_it() {
    let story = |kind| {
        let mut events = sent_on(kind, 1);
        events.push(sent(1, 1, 110));
        given::<Chat>(facts(), events)
    };
    let read = || receipt(of_id(1), Reached::Read);
    let delivered = || receipt(of_id(1), Reached::Delivered);
    story(WHATSAPP)
        .when(read())
        .then_expect_events(vec![saw(1)]);
    story(ChannelKind::Sms)
        .when(read())
        .then_expect_events(vec![has(1)]);
    story(ChannelKind::Telegram)
        .when(read())
        .then_expect_events(vec![]);
    story(ChannelKind::Instagram)
        .when(delivered())
        .then_expect_events(vec![]);
}

/// Whoever connects a messenger says what it reports; of a kind that Hilo knows it can only be less.
#[test]
fn d3_a_channel_that_reports_less_than_its_kind_is_believed_less() {
    let reporting = |kind, delivered, read| {
        let mut facts = facts();
        if let Some(channel) = &mut facts.channel {
            channel.kind = kind;
            channel.reports = Some(Reports { delivered, read });
        }
        let events = [sent_on(kind, 1), vec![sent(1, 1, 110)]].concat();
        let read = decide(&fold(&events), receipt(of_id(1), Reached::Read), &facts);
        read.unwrap()
    };
    assert_eq!(reporting(ChannelKind::Api, false, false), []);
    assert_eq!(reporting(ChannelKind::Api, true, false), [has(1)]);
    assert_eq!(reporting(ChannelKind::Api, true, true), [saw(1)]);
    assert_eq!(reporting(ChannelKind::WhatsApp, false, false), []);
    assert_eq!(reporting(ChannelKind::Telegram, true, true), []);
}

#[test]
fn a_message_is_sent_once_however_often_that_is_reported() {
    let mut events = sent_on(WHATSAPP, 1);
    events.push(sent(1, 1, 110));
    given::<Chat>(facts(), events)
        .when(report_sent(1, 115))
        .then_expect_events(vec![]);
    given::<Chat>(facts(), sent_on(WHATSAPP, 1))
        .when(report_sent(2, 115))
        .then_expect_error(ChatRefusal::MessageNotFound);
}

/// Everything that a messenger may say of three messages.
fn reports() -> impl Strategy<Value = Vec<ChatCommand>> {
    let reached = prop_oneof![
        Just(Reached::Delivered),
        Just(Reached::Read),
        Just(failure())
    ];
    let of = prop_oneof![
        (1u128..4).prop_map(of_id),
        (100i64..140).prop_map(|second| ReceiptOf::UpTo(at(second))),
    ];
    let receipts = prop::collection::vec((of, reached), 0..8);
    receipts.prop_map(|receipts| {
        let sends = (1u128..4).map(|n| report_sent(n, 100 + 10 * n as i64));
        let receipts = receipts
            .into_iter()
            .map(|(of, reached)| receipt(of, reached));
        sends.chain(receipts).collect()
    })
}

fn after(reports: &[ChatCommand]) -> Vec<(MessageId, Delivery)> {
    let mut chat = fold::<Chat>(&sent_on(ChannelKind::Messenger, 3));
    for report in reports {
        let before: Vec<_> = chat.recent.iter().map(|m| (m.id, m.delivery)).collect();
        for event in decide(&chat, report.clone(), &facts()).unwrap() {
            evolve(&mut chat, &event);
        }
        for (id, was) in before {
            assert!(
                chat.message(id).unwrap().delivery >= was,
                "a state went back"
            );
        }
        assert_eq!(
            decide(&chat, report.clone(), &facts()),
            Ok(Vec::new()),
            "a repeated report is no news"
        );
    }
    chat.recent.iter().map(|m| (m.id, m.delivery)).collect()
}

proptest! {
    /// D1, D2.
    #[test]
    fn d2_whatever_order_reports_arrive_in_the_end_is_the_same(
        reports in reports(),
        swaps in prop::collection::vec((any::<Index>(), any::<Index>()), 0..20),
    ) {
        let mut shuffled = reports.clone();
        for (one, other) in swaps {
            let (one, other) = (one.index(shuffled.len()), other.index(shuffled.len()));
            shuffled.swap(one, other);
        }
        prop_assert_eq!(after(&shuffled), after(&reports));
    }
}
