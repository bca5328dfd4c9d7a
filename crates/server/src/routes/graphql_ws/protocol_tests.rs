//! The protocol, message by message.

use super::*;

fn ready() -> Protocol {
    let mut protocol = Protocol::new();
    assert!(matches!(
        protocol.receive(r#"{"type":"connection_init"}"#),
        Step::Authorize(_)
    ));
    assert_eq!(protocol.acknowledge(), r#"{"type":"connection_ack"}"#);
    protocol
}

fn subscribe(id: &str) -> String {
    json!({"type": "subscribe", "id": id, "payload": {"query": "{ __typename }"}}).to_string()
}

fn closed_with(step: Step) -> u16 {
    match step {
        Step::Close(close) => close.code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_no_message_closes_4400() {
    for text in [
        "",
        "hello",
        "[]",
        "null",
        "{}",
        r#"{"type":1}"#,
        r#"{"type":"start","id":"1"}"#,
        r#"{"type":"connection_ack"}"#,
        r#"{"type":"next","id":"1","payload":{}}"#,
        r#"{"type":"subscribe","payload":{"query":"{a}"}}"#,
        r#"{"type":"subscribe","id":"","payload":{"query":"{a}"}}"#,
        r#"{"type":"subscribe","id":7,"payload":{"query":"{a}"}}"#,
        r#"{"type":"subscribe","id":"1"}"#,
        r#"{"type":"subscribe","id":"1","payload":{}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":7}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":"x"}}"#,
        r#"{"type":"complete"}"#,
        r#"{"type":"ping","payload":"x"}"#,
    ] {
        assert_eq!(closed_with(ready().receive(text)), 4400, "{text}");
    }
    assert_eq!(
        closed_with(ready().receive(&subscribe(&"x".repeat(MAX_ID + 1)))),
        4400
    );
    let init = r#"{"type":"connection_init","payload":"token"}"#;
    assert_eq!(closed_with(Protocol::new().receive(init)), 4400);
}

#[test]
fn subscribing_before_the_acknowledgement_closes_4401() {
    assert_eq!(closed_with(Protocol::new().receive(&subscribe("1"))), 4401);
    let mut initialising = Protocol::new();
    initialising.receive(r#"{"type":"connection_init"}"#);
    assert_eq!(closed_with(initialising.receive(&subscribe("1"))), 4401);
}

#[test]
fn a_second_init_closes_4429() {
    let init = r#"{"type":"connection_init","payload":{}}"#;
    assert_eq!(closed_with(ready().receive(init)), 4429);
    let mut initialising = Protocol::new();
    initialising.receive(init);
    assert!(!initialising.awaits_init());
    assert_eq!(closed_with(initialising.receive(init)), 4429);
}

#[test]
fn an_id_in_use_closes_4409_and_is_free_again_after_complete() {
    let mut protocol = ready();
    assert!(matches!(protocol.receive(&subscribe("1")), Step::Start(id, _) if id == "1"));
    let step = protocol.receive(&subscribe("1"));
    let Step::Close(close) = step else { panic!() };
    assert_eq!(
        (close.code, close.reason.as_str()),
        (4409, "Subscriber for 1 already exists")
    );

    let mut protocol = ready();
    protocol.receive(&subscribe("1"));
    assert!(
        matches!(protocol.receive(r#"{"type":"complete","id":"1"}"#), Step::Stop(id) if id == "1")
    );
    assert!(matches!(protocol.receive(&subscribe("1")), Step::Start(..)));
    assert_eq!(
        protocol.end("1").unwrap(),
        r#"{"id":"1","type":"complete"}"#
    );
    assert!(matches!(protocol.receive(&subscribe("1")), Step::Start(..)));
}

#[test]
fn the_seventeenth_operation_is_refused_and_the_socket_stays() {
    let mut protocol = ready();
    for n in 0..MAX_OPERATIONS {
        assert!(matches!(
            protocol.receive(&subscribe(&n.to_string())),
            Step::Start(..)
        ));
    }
    let Step::Send(text) = protocol.receive(&subscribe("one more")) else {
        panic!()
    };
    let message: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&message["type"], &message["id"]),
        (&json!("error"), &json!("one more"))
    );
    assert_eq!(message["payload"][0]["extensions"]["code"], "RATE_LIMITED");
    protocol.end("0");
    assert!(matches!(
        protocol.receive(&subscribe("one more")),
        Step::Start(..)
    ));
}

#[test]
fn pings_are_answered_at_any_time_with_what_they_carry() {
    for mut protocol in [Protocol::new(), ready()] {
        let Step::Send(text) = protocol.receive(r#"{"type":"ping"}"#) else {
            panic!()
        };
        assert_eq!(text, r#"{"type":"pong"}"#);
        let Step::Send(text) = protocol.receive(r#"{"type":"ping","payload":{"a":1}}"#) else {
            panic!()
        };
        let pong: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            pong,
            serde_json::json!({"type": "pong", "payload": {"a": 1}})
        );
        assert!(matches!(
            protocol.receive(r#"{"type":"pong"}"#),
            Step::Nothing
        ));
    }
}

#[test]
fn results_and_errors_carry_the_id_and_an_error_is_the_last_word() {
    let mut protocol = ready();
    protocol.receive(&subscribe("a\"b"));
    let next = protocol
        .tell("a\"b", Event::Next(r#"{"data":{"x":1}}"#.into()))
        .unwrap();
    let next: Value = serde_json::from_str(&next).unwrap();
    assert_eq!(
        next,
        json!({"id": "a\"b", "type": "next", "payload": {"data": {"x": 1}}})
    );
    let error = protocol
        .tell("a\"b", Event::Error("[{\"message\":\"no\"}]".into()))
        .unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(&error).unwrap()["type"],
        "error"
    );
    assert_eq!(protocol.end("a\"b"), None, "no complete after an error");
}

#[test]
fn nothing_is_sent_for_an_operation_the_client_has_stopped() {
    let mut protocol = ready();
    protocol.receive(&subscribe("1"));
    protocol.receive(r#"{"type":"complete","id":"1"}"#);
    assert_eq!(protocol.tell("1", Event::Next("{}".into())), None);
    assert_eq!(protocol.end("1"), None);
    assert!(matches!(
        protocol.receive(r#"{"type":"complete","id":"1"}"#),
        Step::Nothing
    ));
}
