//! The rules of a channel: a state and a command in; events or a refusal out. Pure.

use jiff::Timestamp;

use super::capabilities;
use super::command::ChannelCommand;
use super::event::{
    ChannelEvent, ChannelKind, ChannelRules, FormField, Reports, Transport, WidgetSettings,
};
use super::refusal::ChannelRefusal;
use super::state::{Channel, Connected};
use crate::ids::ChannelId;
use crate::origin::is_origin;
use crate::text;

const NAME_LIMIT: u32 = 80;
const TITLE_LIMIT: u32 = 80;
const GREETING_LIMIT: u32 = 300;
const ORIGINS_LIMIT: u32 = 50;
const PAGE_LIMIT: u32 = 200;
const CAUSE_LIMIT: u32 = 64;
/// A year.
const REPLY_HOURS_LIMIT: u32 = 8_784;

type Decision = Result<Vec<ChannelEvent>, ChannelRefusal>;

/// Decides a command. Repeating one that already took effect yields no event.
///
/// # Errors
/// The rule that stands against it.
pub fn decide(channel: &Channel, command: ChannelCommand, _facts: &()) -> Decision {
    match command {
        ChannelCommand::ConnectChannel {
            channel_id,
            kind,
            name,
            widget,
            page,
            transport,
            reports,
        } => {
            let connection = Connection {
                channel_id,
                kind,
                widget,
                page,
                transport,
                reports,
            };
            connect_channel(channel, &name, connection)
        }
        ChannelCommand::RenameChannel { name } => {
            let name = valid_name(&name)?;
            let changed = connected(channel)?.name != name;
            Ok(changed
                .then_some(ChannelEvent::ChannelRenamed { name })
                .into_iter()
                .collect())
        }
        ChannelCommand::ConfigureWidget { widget } => configure_widget(channel, widget),
        ChannelCommand::GrantChannelAccess { agent_id } => {
            let news = !connected(channel)?.agents.contains(&agent_id);
            Ok(news
                .then_some(ChannelEvent::ChannelAccessGranted { agent_id })
                .into_iter()
                .collect())
        }
        ChannelCommand::GrantToGroup { group_id } => {
            let news = !connected(channel)?.groups.contains(&group_id);
            Ok(news
                .then_some(ChannelEvent::ChannelGrantedToGroup { group_id })
                .into_iter()
                .collect())
        }
        ChannelCommand::RevokeFromGroup { group_id } => {
            let news = connected(channel)?.groups.contains(&group_id);
            Ok(news
                .then_some(ChannelEvent::ChannelRevokedFromGroup { group_id })
                .into_iter()
                .collect())
        }
        ChannelCommand::RevokeChannelAccess { agent_id } => {
            let news = connected(channel)?.agents.contains(&agent_id);
            Ok(news
                .then_some(ChannelEvent::ChannelAccessRevoked { agent_id })
                .into_iter()
                .collect())
        }
        ChannelCommand::ReportSyncLost { cause, at } => report_sync_lost(channel, cause, at),
        ChannelCommand::DisconnectChannel { at } => {
            let news = !connected(channel)?.disconnected;
            Ok(news
                .then_some(ChannelEvent::ChannelDisconnected { at })
                .into_iter()
                .collect())
        }
        ChannelCommand::ReconnectChannel { at } => {
            let present = connected(channel)?;
            Ok((present.disconnected || present.sync_lost.is_some())
                .then_some(ChannelEvent::ChannelReconnected { at })
                .into_iter()
                .collect())
        }
        ChannelCommand::SwitchComments { receive } => switch_comments(channel, receive),
        ChannelCommand::SetChannelRules { rules } => set_rules(channel, rules),
    }
}

/// What is to be connected, beside its name.
struct Connection {
    channel_id: ChannelId,
    kind: ChannelKind,
    widget: Option<WidgetSettings>,
    page: Option<String>,
    transport: Transport,
    reports: Option<Reports>,
}

fn connect_channel(channel: &Channel, name: &str, connection: Connection) -> Decision {
    if channel.connected().is_some() {
        return Ok(Vec::new());
    }
    let Connection {
        channel_id,
        kind,
        widget,
        page,
        transport,
        reports,
    } = connection;
    let name = valid_name(name)?;
    let widget = match (kind, widget) {
        (ChannelKind::WebChat, Some(widget)) => Some(valid_widget(widget)?),
        (ChannelKind::WebChat, None) => return Err(ChannelRefusal::WidgetMissing),
        (_, Some(_)) => return Err(ChannelRefusal::WidgetNotAllowed),
        (_, None) => None,
    };
    // Agents among themselves need no bridge, and what Google closed carries nothing (A7).
    let bridged = !matches!(
        kind,
        ChannelKind::WebChat | ChannelKind::Internal | ChannelKind::GoogleBusiness
    );
    if transport == Transport::Bridge && !bridged {
        return Err(ChannelRefusal::KindNotConnectable);
    }
    let page = page.and_then(|page| text::attribute(&page, usize::MAX));
    if page
        .as_ref()
        .is_some_and(|page| page.chars().count() > PAGE_LIMIT as usize)
    {
        return Err(ChannelRefusal::PageTooLong { limit: PAGE_LIMIT });
    }
    Ok(vec![ChannelEvent::ChannelConnected {
        channel_id,
        kind,
        name,
        widget,
        page,
        transport,
        reports,
    }])
}

/// The first cause stays until the channel is connected again; what is out of use has nothing to lose.
fn report_sync_lost(channel: &Channel, cause: String, at: Timestamp) -> Decision {
    let present = connected(channel)?;
    let known = present.disconnected || present.sync_lost.is_some();
    let is_word = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'.' | b':' | b'-');
    let fits = (1..=CAUSE_LIMIT as usize).contains(&cause.len());
    if !fits || !cause.bytes().all(is_word) {
        return Err(ChannelRefusal::CauseInvalid { limit: CAUSE_LIMIT });
    }
    Ok((!known)
        .then_some(ChannelEvent::ChannelSyncLost { cause, at })
        .into_iter()
        .collect())
}

/// Where there are none, none can be asked for; that they do not come is no news there.
fn switch_comments(channel: &Channel, receive: bool) -> Decision {
    let present = connected(channel)?;
    if receive && capabilities::of(present.kind).comments.is_none() {
        return Err(ChannelRefusal::CommentsNotThere);
    }
    Ok((receive != present.receives_comments)
        .then_some(ChannelEvent::ChannelCommentsSwitched { receive })
        .into_iter()
        .collect())
}

fn set_rules(channel: &Channel, rules: ChannelRules) -> Decision {
    let present = connected(channel)?.rules;
    if rules
        .reply_hours
        .is_some_and(|hours| !(1..=REPLY_HOURS_LIMIT).contains(&hours))
    {
        return Err(ChannelRefusal::ReplyHoursInvalid {
            limit: REPLY_HOURS_LIMIT,
        });
    }
    Ok((rules != present)
        .then_some(ChannelEvent::ChannelRulesSet { rules })
        .into_iter()
        .collect())
}

fn configure_widget(channel: &Channel, widget: WidgetSettings) -> Decision {
    let Some(old) = &connected(channel)?.widget else {
        return Err(ChannelRefusal::WidgetNotAllowed);
    };
    let widget = valid_widget(widget)?;
    if widget.key != old.key {
        return Err(ChannelRefusal::WidgetKeyFixed);
    }
    if widget == *old {
        return Ok(Vec::new());
    }
    Ok(vec![ChannelEvent::WidgetConfigured { widget }])
}

fn connected(channel: &Channel) -> Result<&Connected, ChannelRefusal> {
    channel.connected().ok_or(ChannelRefusal::ChannelNotFound)
}

fn valid_name(name: &str) -> Result<String, ChannelRefusal> {
    let refusal = ChannelRefusal::NameInvalid { limit: NAME_LIMIT };
    let name = text::attribute(name, usize::MAX).ok_or_else(|| refusal.clone())?;
    if name.chars().count() > NAME_LIMIT as usize {
        Err(refusal)
    } else {
        Ok(name)
    }
}

/// Cleans the texts, puts the colour in small letters, leaves out repeated origins and questions.
fn valid_widget(widget: WidgetSettings) -> Result<WidgetSettings, ChannelRefusal> {
    let key_ok = (3..=64).contains(&widget.key.len())
        && widget
            .key
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'));
    if !key_ok {
        return Err(ChannelRefusal::WidgetKeyInvalid);
    }
    let mut origins = Vec::new();
    for origin in widget.origins {
        if !is_origin(&origin) {
            let origin = text::attribute(&origin, 200).unwrap_or_default();
            return Err(ChannelRefusal::OriginInvalid { origin });
        }
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }
    if origins.len() > ORIGINS_LIMIT as usize {
        return Err(ChannelRefusal::TooManyOrigins {
            limit: ORIGINS_LIMIT,
        });
    }
    let clean = |text: Option<String>| text.and_then(|text| text::attribute(&text, usize::MAX));
    let longer = |text: &Option<String>, limit: u32| {
        text.as_ref()
            .is_some_and(|text| text.chars().count() > limit as usize)
    };
    let (title, greeting) = (clean(widget.title), clean(widget.greeting));
    if longer(&title, TITLE_LIMIT) {
        return Err(ChannelRefusal::TitleTooLong { limit: TITLE_LIMIT });
    }
    if longer(&greeting, GREETING_LIMIT) {
        return Err(ChannelRefusal::GreetingTooLong {
            limit: GREETING_LIMIT,
        });
    }
    let color = widget.color.map(|color| color.to_ascii_lowercase());
    if color.as_deref().is_some_and(|color| !is_color(color)) {
        return Err(ChannelRefusal::ColorInvalid);
    }
    let mut form: Vec<FormField> = Vec::new();
    for field in widget.form {
        if form.iter().all(|known| known.asks != field.asks) {
            form.push(field);
        }
    }
    Ok(WidgetSettings {
        key: widget.key,
        origins,
        title,
        greeting,
        color,
        form,
        typing_preview: widget.typing_preview,
    })
}

fn is_color(color: &str) -> bool {
    color.len() == 7
        && color
            .strip_prefix('#')
            .is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
}
