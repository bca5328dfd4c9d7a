//! Merging and taking a merge back (G12, N7): rules, and the fold over all clients.

use std::collections::BTreeMap;

use super::*;

fn merge(into: ClientId) -> ClientCommand {
    ClientCommand::MergeClient { into, by: by() }
}

fn unmerged(from: ClientId) -> ClientEvent {
    ClientEvent::ClientUnmerged { from, by: by() }
}

fn knowing(events: &[(ClientId, ClientEvent)]) -> ClientFacts {
    let mut flags = ClientFlags::default();
    for (client, event) in events {
        flags.apply(*client, event);
    }
    ClientFacts {
        clients: Arc::new(flags),
        ..facts()
    }
}

#[test]
fn g12_one_record_stands_for_both_until_that_is_taken_back() {
    story([created()])
        .when(merge(client(2)))
        .then_expect_events(vec![merged(client(2))]);
    story([created(), merged(client(2))])
        .when(merge(client(2)))
        .then_expect_events(vec![]);
    story([created(), merged(client(2))])
        .when(merge(client(3)))
        .then_expect_error(ClientRefusal::ClientIsMerged { into: client(2) });
    story([created(), merged(client(2))])
        .when(ClientCommand::UnmergeClient { by: by() })
        .then_expect_events(vec![unmerged(client(2))]);
    story([created()])
        .when(ClientCommand::UnmergeClient { by: by() })
        .then_expect_events(vec![]);
}

#[test]
fn g12_no_client_is_merged_into_itself_into_a_circle_or_into_a_deleted_one() {
    story([created()])
        .when(merge(ANNA))
        .then_expect_error(ClientRefusal::MergeCircle);
    let behind = knowing(&[(client(2), merged(client(3))), (client(3), merged(ANNA))]);
    given::<Client>(behind, vec![created()])
        .when(merge(client(2)))
        .then_expect_error(ClientRefusal::MergeCircle);
    let deleted = ClientEvent::ClientDeleted { by: by() };
    given::<Client>(knowing(&[(client(2), deleted)]), vec![created()])
        .when(merge(client(2)))
        .then_expect_error(ClientRefusal::MergeTargetNotFound);
}

#[test]
fn g12_what_would_be_seen_nowhere_is_refused_on_a_merged_client() {
    for command in commands() {
        let then = story([created(), merged(client(2))]).when(command.clone());
        match command {
            ClientCommand::MergeClient { .. }
            | ClientCommand::UnmergeClient { .. }
            | ClientCommand::SetClientDoNotDisturb { .. } => assert!(then.inspect_result().is_ok()),
            _ => then.then_expect_error(ClientRefusal::ClientIsMerged { into: client(2) }),
        }
    }
}

#[test]
fn g15_after_a_merge_the_wishes_of_both_count() {
    let quiet = |channel_kind| ClientEvent::ClientDoNotDisturbChanged {
        channel_kind,
        on: true,
        by: by(),
    };
    let flags = knowing(&[
        (client(1), quiet(ChannelKind::Sms)),
        (client(2), quiet(ChannelKind::Email)),
        (client(1), merged(client(2))),
    ])
    .clients;
    assert!(flags.do_not_disturb(client(1), ChannelKind::Sms));
    assert!(flags.do_not_disturb(client(1), ChannelKind::Email));
    assert!(flags.do_not_disturb(client(2), ChannelKind::Email));
    assert!(!flags.do_not_disturb(client(2), ChannelKind::Sms));
    assert!(!flags.do_not_disturb(client(3), ChannelKind::Sms));
}

/// Merges and unmerges of few clients, so that they meet: whom, and into whom (None = taken back).
fn acts() -> impl Strategy<Value = Vec<(u128, Option<u128>)>> {
    prop::collection::vec((0u128..6, prop::option::weighted(0.7, 0u128..6)), 0..60)
}

fn event(into: Option<u128>) -> ClientEvent {
    match into {
        Some(into) => merged(client(into)),
        None => unmerged(client(0)),
    }
}

/// Whom each client stands behind, told from the merges that count, in the plainest way.
fn plain(counting: &[(u128, u128)]) -> BTreeMap<u128, u128> {
    let into: BTreeMap<_, _> = counting.iter().copied().collect();
    let root = |mut client: u128| {
        for _ in 0..counting.len() {
            client = into.get(&client).copied().unwrap_or(client);
        }
        client
    };
    (0..6).map(|client| (client, root(client))).collect()
}

proptest! {
    /// N7: any merges and unmerges, also such that no rule would let through, end in one record for each client.
    #[test]
    fn n7_the_fold_of_merges_is_total_and_what_is_taken_back_leaves_no_trace(acts in acts()) {
        let mut flags = ClientFlags::default();
        let mut counting: Vec<(u128, u128)> = Vec::new();
        for (of, into) in acts {
            let roots = plain(&counting);
            match into {
                None => counting.retain(|(merged, _)| *merged != of),
                Some(into) if roots[&into] != of && roots[&of] == of => counting.push((of, into)),
                Some(_) => {}
            }
            flags.apply(client(of), &event(into));
            for (of, root) in plain(&counting) {
                prop_assert_eq!(flags.root(client(of)), client(root));
                prop_assert_eq!(flags.root(client(root)), client(root), "a root stands for itself");
            }
        }
    }

    /// N7: a merge that is taken back gives what was before together with what came since.
    #[test]
    fn n7_a_merge_taken_back_gives_the_fold_without_it(before in acts(), later in acts(), into in 0u128..6) {
        let of = 6;
        let mut with = ClientFlags::default();
        let mut without = ClientFlags::default();
        for (client_of, into) in &before {
            with.apply(client(*client_of), &event(*into));
            without.apply(client(*client_of), &event(*into));
        }
        with.apply(client(of), &event(Some(into)));
        for (client_of, into) in &later {
            with.apply(client(*client_of), &event(*into));
            without.apply(client(*client_of), &event(*into));
        }
        with.apply(client(of), &event(None));
        prop_assert_eq!(with, without);
    }
}

/// Each act that can be taken back, then taken back: the client is as it was before, and a second time it is refused.
#[test]
#[expect(
    clippy::too_many_lines,
    reason = "a table of stories, and how each is told"
)]
fn n6_acts_on_a_client_are_undone_unless_something_later_stands_against_them() {
    let with = |events: &[ClientEvent]| fold::<Client>(events);
    let shown = |client: &Client| {
        let mut record = client.record().unwrap().clone();
        record.version = 0;
        record.since = Since::default();
        (record.mark_was, record.owner_was) = (None, None);
        let tags = record.tags.keys().cloned().collect::<Vec<_>>();
        record.tags.clear();
        (record, tags)
    };
    let mark = |mark| ClientCommand::MarkClient { mark, by: by() };
    let tag = |on: bool| {
        let (tag, by) = ("mayorista".to_owned(), by());
        match on {
            true => ClientCommand::TagClient { tag, by },
            false => ClientCommand::UntagClient { tag, by },
        }
    };
    let owner = |owner| ClientCommand::ChangeClientOwner { owner, by: by() };
    let peace = |on| ClientCommand::SetClientDoNotDisturb {
        channel_kind: ChannelKind::Sms,
        on,
        by: by(),
    };
    let stories: [(&[ClientCommand], ClientCommand, ClientCommand); 8] = [
        (
            &[],
            mark(Some(ClientMark::Vip)),
            mark(Some(ClientMark::Bad)),
        ),
        (
            &[mark(Some(ClientMark::Bad))],
            mark(Some(ClientMark::Vip)),
            mark(None),
        ),
        (&[], tag(true), tag(false)),
        (&[tag(true)], tag(false), tag(true)),
        (&[owner(Some(MAREK))], owner(Some(ANA)), owner(None)),
        (&[], peace(true), peace(false)),
        (
            &[],
            merge(client(2)),
            ClientCommand::UnmergeClient { by: by() },
        ),
        (
            &[merge(client(2))],
            ClientCommand::UnmergeClient { by: by() },
            merge(client(3)),
        ),
    ];
    let run = |client: &mut Client, command: ClientCommand| {
        let events = decide(client, command, &facts()).unwrap();
        events.iter().for_each(|event| evolve(client, event));
        events
    };
    let undo = |client: &Client, events: &[ClientEvent]| {
        let last = client.record().unwrap().version;
        let first = last - events.len() as u64 + 1;
        let acts = events
            .iter()
            .zip(first..)
            .map(|(event, sequence)| UndoneClientAct {
                sequence,
                event: event.clone(),
            });
        ClientCommand::UndoActs {
            acts: acts.collect(),
            by: by(),
        }
    };
    for (before, act, later) in stories {
        let mut client = with(&[created()]);
        for command in before {
            run(&mut client, command.clone());
        }
        let was = shown(&client);
        let done = run(&mut client, act.clone());
        assert!(done.iter().all(is_undoable), "{act:?}");
        let back = undo(&client, &done);
        let mut changed = client.clone();
        run(&mut changed, later);
        let late = decide(&changed, back.clone(), &facts());
        assert_eq!(late, Err(ClientRefusal::ChangedSince), "{act:?}");
        let undone = run(&mut client, back.clone());
        assert_eq!(shown(&client), was, "{act:?}");
        let again = decide(&client, back, &facts());
        assert_eq!(again, Err(ClientRefusal::ChangedSince), "{act:?}");
        // The undo can be undone.
        let redo = undo(&client, &undone);
        run(&mut client, redo);
        assert_ne!(shown(&client), was, "{act:?}");
    }
    let mut client = with(&[created()]);
    let made = undo(&client, &[created()]);
    let refused = decide(&client, made, &facts());
    assert_eq!(refused, Err(ClientRefusal::NotUndoable));
    // A merge that would close a circle now is not brought back.
    run(&mut client, merge(super::client(2)));
    let parted = run(&mut client, ClientCommand::UnmergeClient { by: by() });
    let circle = knowing(&[(super::client(2), merged(ANNA))]);
    let refused = decide(&client, undo(&client, &parted), &circle);
    assert_eq!(refused, Err(ClientRefusal::MergeCircle));
}
