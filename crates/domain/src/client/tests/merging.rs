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
