//! When one may write to a contact and as what: rows valid from one date to another, as data (D7, D8).
//! Judges a time that it is given; never reads a clock. What a company narrows further is in its channel's rules.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::channel::{ChannelKind, ChannelRules};

/// For what a message is written, where that is not a plain reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Something changed in the contact's account.
    AccountUpdate,
    /// News of something the contact bought.
    PostPurchaseUpdate,
    /// News of an event the contact has a place at.
    ConfirmedEventUpdate,
    /// Advertising to many (G15).
    Campaign,
}

/// The purposes that a platform lets through behind the window.
pub const UPDATES: [Purpose; 3] = [
    Purpose::AccountUpdate,
    Purpose::PostPurchaseUpdate,
    Purpose::ConfirmedEventUpdate,
];

/// What the platform is told about a message, so that it lets it through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tag {
    /// A person wrote it.
    HumanAgent,
    /// [`Purpose::AccountUpdate`].
    AccountUpdate,
    /// [`Purpose::PostPurchaseUpdate`].
    PostPurchaseUpdate,
    /// [`Purpose::ConfirmedEventUpdate`].
    ConfirmedEventUpdate,
}

/// A text that the platform approved beforehand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateRef {
    /// What the platform calls it: 1 to 512 of `a-z 0-9 _`.
    pub name: String,
    /// Its language, such as `es` or `es_MX`.
    pub language: String,
}

impl TemplateRef {
    /// Whether it can be the name of a template at all.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        let word = |text: &str, most: usize, is: fn(u8) -> bool| {
            (1..=most).contains(&text.len()) && text.bytes().all(is)
        };
        word(
            &self.name,
            512,
            |c| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'_'),
        ) && word(&self.language, 35, |c| {
            c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-')
        })
    }
}

/// As what a message is to be sent; a plain reply unless it says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manner {
    /// For what.
    pub purpose: Option<Purpose>,
    /// With which approved text.
    pub template: Option<TemplateRef>,
}

/// On what terms a message was let through, as it is stored with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The row that judged it; none where the platform sets no window.
    pub policy: Option<String>,
    /// For what it was written.
    pub purpose: Option<Purpose>,
    /// What the platform is told.
    pub tag: Option<Tag>,
    /// The approved text that it is.
    pub template: Option<TemplateRef>,
}

impl Terms {
    /// As what the message was to be sent.
    #[must_use]
    pub fn manner(&self) -> Manner {
        Manner {
            purpose: self.purpose,
            template: self.template.clone(),
        }
    }
}

/// Who writes: platforms let people write where programs may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// An agent.
    Human,
    /// A bot or a rule.
    Program,
}

/// One row of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyRow {
    /// Its name, stored with each message that it judged; never used again for another row.
    pub version: &'static str,
    /// The messenger.
    pub kind: ChannelKind,
    /// The first instant at which it holds.
    pub valid_from: Timestamp,
    /// The first instant at which it no longer does.
    pub valid_until: Timestamp,
    /// How long after the contact's last action anyone may write.
    pub standard: SignedDuration,
    /// How long people may, who are then tagged as such.
    pub human: Option<SignedDuration>,
    /// The longest that an advert can make the standard window.
    pub advert: SignedDuration,
    /// What is let through behind the window.
    pub after: After,
    /// Where one can write by hand instead.
    pub link: Option<&'static str>,
}

/// What is let through behind the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// Nothing.
    Nothing,
    /// The three updates, by this means.
    Updates(Means),
    /// Approved templates, whatever they are for.
    Templates,
}

/// How an update is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// By a tag on free text.
    Tag,
    /// By an approved template.
    Template,
}

const DAY: SignedDuration = SignedDuration::from_hours(24);
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
/// 2026-04-27T00:00:00Z: Meta ended the three message tags.
const TAGS_ENDED: Timestamp = Timestamp::constant(1_777_248_000, 0);

/// Every row there ever was. A row that was in use is never changed, only ended.
pub const POLICIES: [PolicyRow; 4] = [
    PolicyRow {
        version: "messenger-2020-03",
        kind: ChannelKind::Messenger,
        valid_from: Timestamp::MIN,
        valid_until: TAGS_ENDED,
        standard: DAY,
        human: Some(WEEK),
        advert: WEEK,
        after: After::Updates(Means::Tag),
        link: Some("https://business.facebook.com/latest/inbox/messenger"),
    },
    PolicyRow {
        version: "messenger-2026-04",
        kind: ChannelKind::Messenger,
        valid_from: TAGS_ENDED,
        valid_until: Timestamp::MAX,
        standard: DAY,
        human: Some(WEEK),
        advert: WEEK,
        after: After::Updates(Means::Template),
        link: Some("https://business.facebook.com/latest/inbox/messenger"),
    },
    PolicyRow {
        version: "instagram-2020-03",
        kind: ChannelKind::Instagram,
        valid_from: Timestamp::MIN,
        valid_until: Timestamp::MAX,
        standard: DAY,
        human: Some(WEEK),
        advert: WEEK,
        after: After::Nothing,
        link: Some("https://www.instagram.com/direct/inbox/"),
    },
    PolicyRow {
        version: "whatsapp-2018-08",
        kind: ChannelKind::WhatsApp,
        valid_from: Timestamp::MIN,
        valid_until: Timestamp::MAX,
        standard: DAY,
        human: None,
        advert: SignedDuration::from_hours(72),
        after: After::Templates,
        link: None,
    },
];

/// The row that holds for a messenger at an instant; none where one may always write.
#[must_use]
pub fn policy(kind: ChannelKind, at: Timestamp) -> Option<&'static PolicyRow> {
    POLICIES
        .iter()
        .find(|row| row.kind == kind && row.valid_from <= at && at < row.valid_until)
}

/// Whether a messenger takes approved texts for a purpose, or for a plain reply.
#[must_use]
pub fn takes_templates(kind: ChannelKind, purpose: Option<Purpose>, at: Timestamp) -> bool {
    match policy(kind, at).map(|row| row.after) {
        Some(After::Templates) => true,
        Some(After::Updates(Means::Template)) => purpose.is_some(),
        Some(After::Updates(Means::Tag) | After::Nothing) | None => false,
    }
}

/// Until when one may write in a chat, as the contact's last action left it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Anyone may before this instant.
    pub standard_until: Timestamp,
    /// People may before this one.
    pub until: Timestamp,
    /// The row that said so.
    pub policy: String,
}

/// The window that an action of the contact at `at` opens, if it is another than the present one. An advert may have
/// lengthened it. What comes late never shortens it.
#[must_use]
pub fn opened(
    kind: ChannelKind,
    at: Timestamp,
    advert_until: Option<Timestamp>,
    present: Option<&Window>,
) -> Option<Window> {
    let row = policy(kind, at)?;
    let after = |length| at.checked_add(length).unwrap_or(Timestamp::MAX);
    let lengthened = advert_until.map_or(Timestamp::MIN, |until| until.min(after(row.advert)));
    let standard_until = after(row.standard).max(lengthened);
    let until = row
        .human
        .map_or(standard_until, |human| after(human).max(standard_until));
    let (standard_until, until) = present.map_or((standard_until, until), |present| {
        (
            present.standard_until.max(standard_until),
            present.until.max(until),
        )
    });
    let changed = present
        .is_none_or(|present| (present.standard_until, present.until) != (standard_until, until));
    changed.then(|| Window {
        standard_until,
        until,
        policy: row.version.to_owned(),
    })
}

/// Where a message is to be written.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// The messenger.
    pub kind: ChannelKind,
    /// The company's own rules.
    pub rules: ChannelRules,
    /// Until when one may write.
    pub window: Option<&'a Window>,
    /// When the contact last wrote.
    pub last_inbound_at: Option<Timestamp>,
    /// Now.
    pub at: Timestamp,
}

/// Why a message is not let through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closed {
    /// The channel only receives.
    ReadOnly,
    /// The window is over, or never opened.
    Window(Notice),
    /// Only people may write now.
    HumansOnly,
    /// Not for this purpose, here and now.
    Purpose(Purpose),
    /// Only with an approved template.
    TemplateMissing,
    /// The messenger knows no templates, or none can have this name.
    TemplateUnknown,
}

/// What one is told when the window is over (D7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// When it ended; none where the contact never wrote.
    pub until: Option<Timestamp>,
    /// The purposes that are let through all the same (D8).
    pub purposes: Vec<Purpose>,
    /// How such a message is marked.
    pub means: Option<Means>,
    /// Where one can write by hand instead.
    pub link: Option<&'static str>,
}

impl Setting<'_> {
    /// The instant at which a plain reply of this speaker is no longer let through; none = never, and
    /// [`Timestamp::MIN`] where the contact never wrote.
    #[must_use]
    pub fn reply_until(&self, speaker: Speaker) -> Option<Timestamp> {
        let windowed = policy(self.kind, self.at).map(|_| match (self.window, speaker) {
            (Some(window), Speaker::Human) => window.until,
            (Some(window), Speaker::Program) => window.standard_until,
            (None, _) => Timestamp::MIN,
        });
        match (windowed, self.company_until()) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }

    /// The company's own end, where it set one and the contact wrote.
    fn company_until(&self) -> Option<Timestamp> {
        let hours = i64::from(self.rules.reply_hours?);
        let end = self
            .last_inbound_at?
            .checked_add(SignedDuration::from_hours(hours));
        Some(end.unwrap_or(Timestamp::MAX))
    }

    fn company_closed(&self) -> bool {
        self.company_until().is_some_and(|end| self.at >= end)
    }

    /// What one is told when a plain reply is not let through.
    #[must_use]
    pub fn notice(&self) -> Notice {
        let row = policy(self.kind, self.at);
        let until = self.reply_until(Speaker::Human);
        let (purposes, means) = match row.map(|row| row.after) {
            Some(After::Updates(means)) if !self.company_closed() => {
                (UPDATES.to_vec(), Some(means))
            }
            Some(After::Templates) if !self.company_closed() => (Vec::new(), Some(Means::Template)),
            Some(_) | None => (Vec::new(), None),
        };
        Notice {
            until: until.filter(|until| *until != Timestamp::MIN),
            purposes,
            means,
            link: row.and_then(|row| row.link),
        }
    }
}

/// Judges a message: on what terms it is let through.
///
/// # Errors
/// Why it is not.
pub fn judge(setting: &Setting<'_>, speaker: Speaker, manner: &Manner) -> Result<Terms, Closed> {
    if setting.rules.read_only {
        return Err(Closed::ReadOnly);
    }
    if setting.company_closed() {
        return Err(Closed::Window(setting.notice()));
    }
    let row = policy(setting.kind, setting.at);
    let known = matches!(
        row.map(|row| row.after),
        Some(After::Templates | After::Updates(Means::Template))
    );
    if let Some(template) = &manner.template
        && !(known && template.is_well_formed())
    {
        return Err(Closed::TemplateUnknown);
    }
    let terms = |policy: Option<&str>, tag| Terms {
        policy: policy.map(str::to_owned),
        purpose: manner.purpose,
        tag,
        template: manner.template.clone(),
    };
    let Some(row) = row else {
        return match manner.purpose {
            None | Some(Purpose::Campaign) => Ok(terms(None, None)),
            Some(update) => Err(Closed::Purpose(update)),
        };
    };
    let tag = let_through(setting, row, speaker, manner)?;
    Ok(terms(Some(row.version), tag))
}

/// Judges an answer to a comment. It has no window, and no purpose but to answer.
///
/// # Errors
/// Why it is not let through.
pub fn judge_public(rules: ChannelRules, manner: &Manner) -> Result<(), Closed> {
    match (manner.purpose, &manner.template) {
        _ if rules.read_only => Err(Closed::ReadOnly),
        (Some(purpose), _) => Err(Closed::Purpose(purpose)),
        (None, Some(_)) => Err(Closed::TemplateUnknown),
        (None, None) => Ok(()),
    }
}

fn let_through(
    setting: &Setting<'_>,
    row: &PolicyRow,
    speaker: Speaker,
    manner: &Manner,
) -> Result<Option<Tag>, Closed> {
    let before = |end: fn(&Window) -> Timestamp| {
        setting
            .window
            .is_some_and(|window| setting.at < end(window))
    };
    let standard = before(|window| window.standard_until);
    let with_template = manner.template.is_some();
    match (manner.purpose, row.after) {
        (None, After::Templates) if with_template => Ok(None),
        (None, After::Updates(_)) if with_template => Err(Closed::TemplateUnknown),
        (None, _) if standard => Ok(None),
        (None, _) if before(|window| window.until) => match speaker {
            Speaker::Human => Ok(Some(Tag::HumanAgent)),
            Speaker::Program => Err(Closed::HumansOnly),
        },
        (None, _) => Err(Closed::Window(setting.notice())),
        (Some(_), After::Templates) if with_template => Ok(None),
        (Some(_), After::Templates) if !standard => Err(Closed::TemplateMissing),
        (Some(Purpose::Campaign), _) if standard && !with_template => Ok(None),
        (Some(purpose @ Purpose::Campaign), _) => Err(Closed::Purpose(purpose)),
        // Inside the window a tag is misuse: a plain reply does.
        (Some(purpose), After::Updates(Means::Tag)) if !standard => Ok(tag_of(purpose)),
        (Some(_), After::Updates(Means::Template)) => match with_template {
            true => Ok(None),
            false => Err(Closed::TemplateMissing),
        },
        (Some(purpose), After::Updates(Means::Tag) | After::Nothing | After::Templates) => {
            Err(Closed::Purpose(purpose))
        }
    }
}

const fn tag_of(purpose: Purpose) -> Option<Tag> {
    match purpose {
        Purpose::AccountUpdate => Some(Tag::AccountUpdate),
        Purpose::PostPurchaseUpdate => Some(Tag::PostPurchaseUpdate),
        Purpose::ConfirmedEventUpdate => Some(Tag::ConfirmedEventUpdate),
        Purpose::Campaign => None,
    }
}

/// What an agent meets where they would write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composer {
    /// Why it is closed; none while it is open.
    pub closed: Option<ClosedReason>,
    /// When a plain reply is no longer let through; none = never, or the contact never wrote.
    pub reply_until: Option<Timestamp>,
    /// What is let through all the same, and what to do instead; none while it is open.
    pub notice: Option<Notice>,
    /// The row that says so.
    pub policy: Option<&'static str>,
    /// When it will be otherwise by itself.
    pub changes_at: Option<Timestamp>,
}

/// Why one cannot write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClosedReason {
    /// The channel lost sync, or was taken out of use (A1, A5).
    SyncLost,
    /// The channel only receives (D10).
    ReadOnly,
    /// The window is over, or never opened (D7).
    WindowClosed,
}

/// What an agent meets in a chat, where nothing but the channel stands against writing.
#[must_use]
pub fn composer(setting: &Setting<'_>, speaker: Speaker, connected: bool) -> Composer {
    let reply_until = setting.reply_until(speaker);
    let open = reply_until.is_none_or(|until| setting.at < until);
    let closed = match (connected, setting.rules.read_only, open) {
        (false, _, _) => Some(ClosedReason::SyncLost),
        (true, true, _) => Some(ClosedReason::ReadOnly),
        (true, false, false) => Some(ClosedReason::WindowClosed),
        (true, false, true) => None,
    };
    Composer {
        closed,
        reply_until: reply_until.filter(|until| *until != Timestamp::MIN),
        notice: (closed == Some(ClosedReason::WindowClosed)).then(|| setting.notice()),
        policy: policy(setting.kind, setting.at).map(|row| row.version),
        changes_at: reply_until.filter(|until| closed.is_none() && setting.at < *until),
    }
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
