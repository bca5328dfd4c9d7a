//! The policy's rows and its judgement, messenger by messenger.

use super::*;
use crate::scenario::at;

const HOUR: i64 = 3_600;
const KINDS: [ChannelKind; 12] = [
    ChannelKind::WebChat,
    ChannelKind::Messenger,
    ChannelKind::Instagram,
    ChannelKind::WhatsApp,
    ChannelKind::Telegram,
    ChannelKind::Sms,
    ChannelKind::Email,
    ChannelKind::Call,
    ChannelKind::Voicemail,
    ChannelKind::GoogleBusiness,
    ChannelKind::Api,
    ChannelKind::Internal,
];

fn plain() -> Manner {
    Manner::default()
}

fn update() -> Manner {
    Manner {
        purpose: Some(Purpose::AccountUpdate),
        template: None,
    }
}

fn with_template(purpose: Option<Purpose>) -> Manner {
    let template = TemplateRef {
        name: "order_ready".to_owned(),
        language: "es".to_owned(),
    };
    Manner {
        purpose,
        template: Some(template),
    }
}

/// Judges a message so many seconds after the contact wrote.
fn after(
    kind: ChannelKind,
    seconds: i64,
    speaker: Speaker,
    manner: &Manner,
) -> Result<Terms, Closed> {
    judged(kind, (0, seconds), ChannelRules::default(), speaker, manner)
}

fn judged(
    kind: ChannelKind,
    (wrote, now): (i64, i64),
    rules: ChannelRules,
    speaker: Speaker,
    manner: &Manner,
) -> Result<Terms, Closed> {
    let window = opened(kind, at(wrote), None, None);
    let setting = Setting {
        kind,
        rules,
        window: window.as_ref(),
        last_inbound_at: Some(at(wrote)),
        at: at(now),
    };
    judge(&setting, speaker, manner)
}

fn tag(judged: Result<Terms, Closed>) -> Option<Tag> {
    judged.unwrap().tag
}

#[test]
fn rows_of_one_messenger_neither_overlap_nor_leave_a_gap() {
    for kind in KINDS {
        let rows: Vec<_> = POLICIES.iter().filter(|row| row.kind == kind).collect();
        let Some((first, last)) = rows.first().zip(rows.last()) else {
            assert_eq!(policy(kind, at(0)), None);
            continue;
        };
        assert_eq!(
            (first.valid_from, last.valid_until),
            (Timestamp::MIN, Timestamp::MAX)
        );
        for pair in rows.windows(2) {
            assert_eq!(pair[0].valid_until, pair[1].valid_from);
        }
    }
    let mut names: Vec<_> = POLICIES.iter().map(|row| row.version).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), POLICIES.len());
}

#[test]
fn messenger_and_instagram_let_people_write_for_a_week_and_programs_for_a_day() {
    use Speaker::{Human, Program};
    for kind in [ChannelKind::Messenger, ChannelKind::Instagram] {
        for speaker in [Human, Program] {
            assert_eq!(tag(after(kind, 24 * HOUR - 1, speaker, &plain())), None);
        }
        let tagged = after(kind, 24 * HOUR, Human, &plain());
        assert_eq!(tag(tagged), Some(Tag::HumanAgent));
        let program = after(kind, 24 * HOUR, Program, &plain());
        assert_eq!(program, Err(Closed::HumansOnly));
        let last = after(kind, 7 * 24 * HOUR - 1, Human, &plain());
        assert_eq!(tag(last), Some(Tag::HumanAgent));
        let over = after(kind, 7 * 24 * HOUR, Human, &plain());
        assert!(matches!(over, Err(Closed::Window(_))));
    }
}

#[test]
fn behind_the_window_instagram_lets_nothing_through_and_names_the_link() {
    let over = after(
        ChannelKind::Instagram,
        8 * 24 * HOUR,
        Speaker::Human,
        &plain(),
    );
    let Err(Closed::Window(notice)) = over else {
        panic!("let through");
    };
    assert_eq!(notice.until, Some(at(7 * 24 * HOUR)));
    assert!(notice.purposes.is_empty() && notice.means.is_none());
    assert_eq!(notice.link, Some("https://www.instagram.com/direct/inbox/"));
    let tagged = after(
        ChannelKind::Instagram,
        8 * 24 * HOUR,
        Speaker::Human,
        &update(),
    );
    assert_eq!(tagged, Err(Closed::Purpose(Purpose::AccountUpdate)));
}

#[test]
fn messenger_takes_tags_until_they_ended_and_templates_since() {
    let kind = ChannelKind::Messenger;
    let ended = TAGS_ENDED.as_second() - at(0).as_second();
    let wrote = ended - 9 * 24 * HOUR;
    let judge_at = |now, manner: &Manner| {
        judged(
            kind,
            (wrote, now),
            ChannelRules::default(),
            Speaker::Human,
            manner,
        )
    };
    let before = judge_at(ended - 1, &update()).unwrap();
    assert_eq!(before.tag, Some(Tag::AccountUpdate));
    assert_eq!(before.policy.as_deref(), Some("messenger-2020-03"));
    assert_eq!(judge_at(ended, &update()), Err(Closed::TemplateMissing));
    let since = judge_at(ended, &with_template(Some(Purpose::AccountUpdate))).unwrap();
    assert_eq!(since.policy.as_deref(), Some("messenger-2026-04"));
    assert_eq!((since.tag, since.template.is_some()), (None, true));
    let Err(Closed::Window(notice)) = judge_at(ended, &plain()) else {
        panic!("let through");
    };
    assert_eq!(notice.purposes, UPDATES);
    assert_eq!(notice.means, Some(Means::Template));
    // A tag where a plain reply does is misuse.
    let early = judged(
        kind,
        (wrote, wrote + HOUR),
        ChannelRules::default(),
        Speaker::Human,
        &update(),
    );
    assert_eq!(early, Err(Closed::Purpose(Purpose::AccountUpdate)));
}

#[test]
fn whatsapp_takes_templates_only_after_a_day() {
    let kind = ChannelKind::WhatsApp;
    assert!(after(kind, 24 * HOUR - 1, Speaker::Program, &plain()).is_ok());
    let over = after(kind, 24 * HOUR, Speaker::Human, &plain());
    assert!(matches!(over, Err(Closed::Window(notice)) if notice.means == Some(Means::Template)));
    assert!(after(kind, 90 * 24 * HOUR, Speaker::Program, &with_template(None)).is_ok());
    let campaign = Manner {
        purpose: Some(Purpose::Campaign),
        template: None,
    };
    assert_eq!(
        after(kind, 24 * HOUR, Speaker::Human, &campaign),
        Err(Closed::TemplateMissing)
    );
}

#[test]
fn other_messengers_have_no_window_and_no_tags() {
    for kind in [
        ChannelKind::Sms,
        ChannelKind::Telegram,
        ChannelKind::WebChat,
    ] {
        let terms = after(kind, 900 * 24 * HOUR, Speaker::Program, &plain()).unwrap();
        assert_eq!(terms, Terms::default());
        let tagged = after(kind, HOUR, Speaker::Human, &update());
        assert_eq!(tagged, Err(Closed::Purpose(Purpose::AccountUpdate)));
        let template = after(kind, HOUR, Speaker::Human, &with_template(None));
        assert_eq!(template, Err(Closed::TemplateUnknown));
    }
}

#[test]
fn an_advert_lengthens_the_window_but_never_beyond_its_row() {
    let kind = ChannelKind::Messenger;
    let week = opened(kind, at(0), Some(at(5 * 24 * HOUR)), None).unwrap();
    assert_eq!(week.standard_until, at(5 * 24 * HOUR));
    let more = opened(kind, at(0), Some(at(900 * 24 * HOUR)), None).unwrap();
    assert_eq!(more.standard_until, at(7 * 24 * HOUR));
    // What comes late, or shorter, changes nothing.
    assert_eq!(opened(kind, at(-HOUR), None, Some(&more)), None);
    let later = opened(kind, at(HOUR), None, Some(&more)).unwrap();
    assert_eq!(later.standard_until, at(7 * 24 * HOUR));
    assert_eq!(later.until, at(7 * 24 * HOUR + HOUR));
    assert_eq!(opened(ChannelKind::Sms, at(0), None, None), None);
}

#[test]
fn d10_a_companys_rule_closes_earlier_and_a_read_only_channel_always() {
    let rules = ChannelRules {
        reply_hours: Some(48),
        read_only: false,
    };
    for kind in [ChannelKind::Messenger, ChannelKind::Sms] {
        assert!(judged(kind, (0, 48 * HOUR - 1), rules, Speaker::Human, &plain()).is_ok());
        let over = judged(kind, (0, 48 * HOUR), rules, Speaker::Human, &plain());
        let Err(Closed::Window(notice)) = over else {
            panic!("let through");
        };
        assert_eq!(notice.until, Some(at(48 * HOUR)));
        assert!(notice.purposes.is_empty());
    }
    let long = ChannelRules {
        reply_hours: Some(8_000),
        read_only: false,
    };
    let over = judged(
        ChannelKind::WhatsApp,
        (0, 25 * HOUR),
        long,
        Speaker::Human,
        &plain(),
    );
    assert!(
        over.is_err(),
        "a rule never lengthens the platform's window"
    );
    let read_only = ChannelRules {
        reply_hours: None,
        read_only: true,
    };
    let refused = judged(
        ChannelKind::Sms,
        (0, 1),
        read_only,
        Speaker::Human,
        &plain(),
    );
    assert_eq!(refused, Err(Closed::ReadOnly));
}

#[test]
fn a_composer_says_why_it_is_closed_and_when_it_will_be() {
    let window = opened(ChannelKind::Messenger, at(0), None, None);
    let setting = |now| Setting {
        kind: ChannelKind::Messenger,
        rules: ChannelRules::default(),
        window: window.as_ref(),
        last_inbound_at: Some(at(0)),
        at: at(now),
    };
    let open = composer(&setting(10), Speaker::Human, true);
    assert_eq!((open.closed, open.notice), (None, None));
    assert_eq!(open.changes_at, Some(at(7 * 24 * HOUR)));
    let over = composer(&setting(7 * 24 * HOUR), Speaker::Human, true);
    assert_eq!(over.closed, Some(ClosedReason::WindowClosed));
    assert_eq!(over.changes_at, None);
    assert!(over.notice.is_some());
    let lost = composer(&setting(10), Speaker::Human, false);
    assert_eq!(lost.closed, Some(ClosedReason::SyncLost));
    let never = Setting {
        window: None,
        last_inbound_at: None,
        ..setting(10)
    };
    let never = composer(&never, Speaker::Human, true);
    assert_eq!(never.closed, Some(ClosedReason::WindowClosed));
    assert_eq!(never.reply_until, None);
}
