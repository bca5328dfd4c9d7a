//! The recorded requests of the contract, each through the parser.

use std::path::Path;

use hilo_domain::MessageText;
use serde_json::Value;

use super::act::{Form, VisitorAct};
use super::event::{VisitorEvent, parse_events};
use super::identity::is_genuine;
use super::session::{SessionRequest, parse_session};

fn body(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/webwidget");
    let text = std::fs::read_to_string(path.join(name).with_extension("json")).unwrap();
    let fixture: Value = serde_json::from_str(&text).unwrap();
    fixture["body"].to_string().into_bytes()
}

fn session(name: &str) -> SessionRequest {
    parse_session(&body(name)).unwrap()
}

fn events(name: &str) -> Vec<VisitorEvent> {
    let parsed = parse_events(&body(name)).unwrap();
    parsed.into_iter().map(Result::unwrap).collect()
}

fn act(name: &str) -> VisitorAct {
    let mut all = events(name);
    assert_eq!(all.len(), 1);
    all.remove(0).act
}

#[test]
fn an_anonymous_session_says_where_and_in_which_language() {
    let request = session("session-anonymous");
    assert_eq!(request.locale.as_deref(), Some("es-ES"));
    assert_eq!(request.timezone.as_deref(), Some("Europe/Madrid"));
    assert_eq!(request.page.unwrap().title.as_deref(), Some("Contacto"));
    assert_eq!(request.identity, None);
}

#[test]
fn the_identified_session_carries_a_genuine_hash() {
    let identity = session("session-identified").identity.unwrap();
    assert!(is_genuine(&identity, b"hilo-test-widget-identity-secret"));
    assert_eq!(identity.name.as_deref(), Some("Paweł Żółkiewski"));
}

#[test]
fn texts_arrive_as_written() {
    let VisitorAct::MessageText { text } = act("message-text-es") else {
        panic!("expected a text");
    };
    assert_eq!(text.as_str(), "Hola 👋 ¿tenéis esta pieza en stock?");
    let VisitorAct::MessageText { text } = act("message-text-ar") else {
        panic!("expected a text");
    };
    assert_eq!(text.as_str(), "هل توصلون إلى دبي؟");
}

#[test]
fn uploads_are_understood() {
    let attachment = VisitorAct::MessageFile {
        upload_id: "up_1a2b".to_owned(),
        caption: MessageText::parse("Tutaj pękło").unwrap(),
        duration_ms: None,
    };
    assert_eq!(act("attachment-pl"), attachment);
    let audio = VisitorAct::MessageFile {
        upload_id: "up_3c4d".to_owned(),
        caption: MessageText::none(),
        duration_ms: Some(42_000),
    };
    assert_eq!(act("audio-fr"), audio);
}

#[test]
fn a_batch_keeps_its_order() {
    let acts: Vec<_> = events("batch-page-view-and-text")
        .into_iter()
        .map(|e| e.act)
        .collect();
    assert!(matches!(
        acts.as_slice(),
        [VisitorAct::PageView { .. }, VisitorAct::MessageText { .. }]
    ));
    let acts: Vec<_> = events("read-and-typing")
        .into_iter()
        .map(|e| e.act)
        .collect();
    assert!(matches!(
        acts.as_slice(),
        [
            VisitorAct::Read { up_to_seq: 3 },
            VisitorAct::Typing {
                active: true,
                preview: None
            }
        ]
    ));
}

#[test]
fn an_edit_names_the_message_by_its_event_id() {
    let VisitorAct::MessageEdit {
        client_message_id, ..
    } = act("edit-own-message")
    else {
        panic!("expected an edit");
    };
    assert_eq!(
        client_message_id,
        events("message-text-es")[0].client_event_id
    );
}

#[test]
fn a_form_is_a_claim_with_its_own_fields() {
    let expected = Form {
        name: Some("Chloé Dubois".into()),
        email: Some("chloe@courrier.example".into()),
        phone: None,
        fields: vec![("sujet".into(), "Livraison".into())],
    };
    assert_eq!(act("form-submit-offline"), VisitorAct::FormSubmit(expected));
}
