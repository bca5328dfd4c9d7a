//! Tests of what is on its way: nothing is lost, nothing overtakes, nothing is sent twice.

use super::*;
use crate::api::graphql::{Direction, Id};
use crate::state::samples::message;

const CHAT: &str = "0190d6a0-0000-7000-8000-0000000000c1";
const OTHER: &str = "0190d6a0-0000-7000-8000-0000000000c2";

fn id(number: u32) -> String {
    format!("0190d6a0-0000-4000-8000-{number:012}")
}

fn outgoing(number: u32) -> Outgoing {
    Outgoing {
        chat: CHAT.into(),
        client_id: id(number),
        kind: Kind::PLAIN,
        text: "Hola,\n¿qué tal?".into(),
        files: Vec::new(),
        at: format!("2026-11-20T10:00:{number:02}Z"),
        fault: None,
        posted: false,
        held: false,
    }
}

fn outbox(count: u32) -> Outbox {
    let mut outbox = Outbox::default();
    outbox.open("ana", Vec::new());
    for number in 1..=count {
        assert!(outbox.push(outgoing(number)));
    }
    outbox
}

fn next(outbox: &mut Outbox) -> Option<String> {
    outbox.next(CHAT).map(|outgoing| outgoing.client_id)
}

#[test]
fn a_message_leaves_when_the_server_tells_it_back() {
    let mut outbox = outbox(2);
    let mut real = message("m", Direction::Outbound, 7);
    real.client_message_id = Some(Id::new(id(1)));
    outbox.settle(&[real.clone()]);
    outbox.settle(&[real]);
    assert_eq!(outbox.of_chat(CHAT), [outgoing(2)]);
}

#[test]
fn one_message_of_a_chat_is_on_the_wire_at_a_time() {
    let mut outbox = outbox(2);
    outbox.push(Outgoing {
        chat: OTHER.into(),
        ..outgoing(3)
    });
    assert_eq!(next(&mut outbox), Some(id(1)));
    assert_eq!(next(&mut outbox), None);
    assert_eq!(outbox.next(OTHER).map(|next| next.client_id), Some(id(3)));
    outbox.remove(&id(1));
    assert_eq!(next(&mut outbox), Some(id(2)));
}

#[test]
fn nothing_overtakes_what_waits_for_a_connection() {
    let mut outbox = outbox(2);
    assert_eq!(next(&mut outbox), Some(id(1)));
    outbox.fail(&id(1), &Fault::Network);
    assert_eq!(next(&mut outbox), None);
    assert_eq!(outbox.resume(), [CHAT]);
    assert_eq!(next(&mut outbox), Some(id(1)));
    assert_eq!(outbox.resume(), [CHAT]);
    assert_eq!(next(&mut outbox), None);
}

#[test]
fn what_the_server_failed_at_waits_for_a_person_and_holds_nobody_up() {
    let mut outbox = outbox(2);
    assert_eq!(next(&mut outbox), Some(id(1)));
    outbox.fail(&id(1), &Fault::RateLimited);
    assert_eq!(next(&mut outbox), Some(id(2)));
    outbox.remove(&id(2));
    assert_eq!(outbox.resume(), Vec::<String>::new());
    outbox.retry(&id(1));
    assert_eq!(next(&mut outbox), Some(id(1)));
}

#[test]
fn a_reload_keeps_what_waits_with_its_id_and_what_failed_with_its_reason() {
    let mut before = outbox(3);
    assert_eq!(next(&mut before), Some(id(1)));
    before.fail(&id(1), &Fault::Network);
    before.fail(&id(3), &Fault::RateLimited);
    let kept: Vec<Outgoing> = before
        .all()
        .iter()
        .rev()
        .filter_map(|outgoing| Outgoing::read(&outgoing.client_id, &outgoing.written()))
        .collect();
    let mut after = Outbox::default();
    after.open("ana", kept);
    let failed = Outgoing {
        fault: Some(Fault::RateLimited),
        ..outgoing(3)
    };
    assert_eq!(after.of_chat(CHAT), [outgoing(1), outgoing(2), failed]);
    assert_eq!(after.resume(), [CHAT]);
    assert_eq!(next(&mut after), Some(id(1)));
}

#[test]
fn malformed_storage_is_ignored() {
    let good = outgoing(1).written();
    assert!(Outgoing::read(&id(1), &good).is_some());
    assert_eq!(Outgoing::read("no id", &good), None);
    for bad in [
        "",
        "1",
        "{}",
        "1\n\n\n\n",
        &good.replace(CHAT, "x"),
        &good.replacen('3', "9", 1),
        &good.replacen("message", "letter", 1),
        &format!("1\n{CHAT}\n2026\n\n  "),
        &format!("1\n{CHAT}\n2026\n\n{}", "x".repeat(1001)),
    ] {
        assert_eq!(Outgoing::read(&id(1), bad), None, "{bad}");
    }
}

#[test]
fn another_agent_sees_none_of_it_and_the_same_one_sees_it_once() {
    let mut outbox = outbox(2);
    outbox.open("ana", vec![outgoing(2), outgoing(1)]);
    assert_eq!(outbox.of_chat(CHAT), [outgoing(1), outgoing(2)]);
    outbox.open("marek", Vec::new());
    assert_eq!(outbox.all(), []);
}

#[test]
fn there_is_a_limit() {
    let mut outbox = outbox(u32::try_from(LIMIT).unwrap());
    assert!(!outbox.push(outgoing(0)));
    let many = outbox.all().to_vec();
    let mut opened = Outbox::default();
    opened.open("ana", [many.clone(), vec![outgoing(0)]].concat());
    assert_eq!(opened.all().len(), LIMIT);
}

#[test]
fn a_held_message_holds_those_behind_it_and_can_be_taken_back() {
    let mut outbox = Outbox::default();
    outbox.open("ana", Vec::new());
    let held = Outgoing {
        held: true,
        ..outgoing(1)
    };
    assert!(outbox.push(held.clone()) && outbox.push(outgoing(2)));
    assert_eq!(next(&mut outbox), None, "order is kept");
    assert_eq!(outbox.take_back(&id(1)), Some(held));
    assert_eq!(next(&mut outbox), Some(id(2)));
    assert_eq!(outbox.take_back(&id(2)), None, "it is on the wire");
}

#[test]
fn a_held_message_goes_when_its_time_is_over() {
    let mut outbox = Outbox::default();
    outbox.open("ana", Vec::new());
    outbox.push(Outgoing {
        held: true,
        ..outgoing(1)
    });
    assert_eq!(outbox.release(&id(1)), Some(CHAT.to_owned()));
    assert_eq!(outbox.release(&id(1)), None);
    assert_eq!(next(&mut outbox), Some(id(1)));
}

#[test]
fn what_a_text_is_to_become_is_kept_and_that_it_was_held_is_not() {
    let kinds = [
        Kind::PLAIN,
        Kind::Note(vec![id(7), id(8)]),
        Kind::Note(Vec::new()),
        Kind::Message {
            quotes: Some(id(9)),
            purpose: Some(SendPurpose::PostPurchaseUpdate),
            template: Some(("order_sent".into(), "es_MX".into())),
        },
    ];
    for kind in kinds {
        let kept = Outgoing {
            kind,
            held: true,
            ..outgoing(1)
        };
        let read = Outgoing::read(&kept.client_id, &kept.written());
        assert_eq!(
            read,
            Some(Outgoing {
                held: false,
                ..kept
            })
        );
    }
}

#[test]
fn what_the_forms_before_kept_is_still_sent() {
    for kept in [
        format!("1\n{CHAT}\n2026-11-20T10:00:01Z\n\nHola,\n¿qué tal?"),
        format!("2\n{CHAT}\n2026-11-20T10:00:01Z\n\nmessage||||\nHola,\n¿qué tal?"),
    ] {
        assert_eq!(Outgoing::read(&id(1), &kept), Some(outgoing(1)));
    }
}

fn file(number: u32, there: bool) -> Carried {
    Carried {
        key: id(number),
        id: if there { id(number + 1) } else { String::new() },
        name: "factura; año|nuevo.pdf".into(),
        size: 48_213,
        picture: number.is_multiple_of(2),
    }
}

#[test]
fn a_message_waits_for_its_files_and_holds_those_behind_it() {
    let mut outbox = Outbox::default();
    outbox.open("ana", Vec::new());
    outbox.push(Outgoing {
        files: vec![file(20, true), file(30, false)],
        ..outgoing(1)
    });
    outbox.push(outgoing(2));
    assert_eq!(next(&mut outbox), None, "order is kept");
    assert_eq!(outbox.uploaded(&id(99), &id(40)), None);
    assert_eq!(outbox.uploaded(&id(30), &id(40)), Some(CHAT.to_owned()));
    assert_eq!(next(&mut outbox), Some(id(1)));
}

#[test]
fn a_message_whose_file_was_refused_waits_for_a_person_and_the_next_one_goes() {
    let mut outbox = Outbox::default();
    outbox.open("ana", Vec::new());
    outbox.push(Outgoing {
        files: vec![file(30, false)],
        ..outgoing(1)
    });
    outbox.push(outgoing(2));
    assert_eq!(outbox.lost(&id(30), &Fault::Server), Some(CHAT.to_owned()));
    assert_eq!(next(&mut outbox), Some(id(2)));
    outbox.remove(&id(2));
    outbox.retry(&id(1));
    assert_eq!(next(&mut outbox), None, "its file is not there yet");
}

#[test]
fn files_are_kept_over_a_reload_and_need_no_text_beside() {
    for text in ["Su factura", ""] {
        let kept = Outgoing {
            text: text.into(),
            files: vec![file(20, true), file(31, false)],
            ..outgoing(1)
        };
        let read = Outgoing::read(&kept.client_id, &kept.written()).unwrap();
        assert_eq!(read.text, text);
        let files: Vec<_> = read.files.iter().map(|it| (&it.key, &it.id)).collect();
        assert_eq!(files, [(&id(20), &id(21)), (&id(31), &String::new())]);
        assert_eq!(read.files.first().unwrap().name, "factura  año nuevo.pdf");
    }
}
