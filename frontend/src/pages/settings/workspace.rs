//! Settings > Chats, what holds for the whole workspace: chats on or off (A14), where they are shown (A9), closing by
//! itself and distribution (A10), sound. Only administrators change it; everybody may read it.

use leptos::prelude::*;

use super::frames::Frames;
use crate::api::graphql::{AgentName, AgentRole, Id};
use crate::api::people::Employees;
use crate::api::request::{self, Ask};
use crate::api::workspace::{
    AutoCloseInput, ChangeAutoClose, ChangeDistribution, ChangeSwitches, ChatDisplay, Distribution,
    DistributionInput, Settings, SwitchesInput, WorkspacePayload, WorkspaceSettings,
};
use crate::i18n::{Count, Key, t, tn};
use crate::remote::Remote;
use crate::session::{asking, store, toasts};
use crate::ui::live::{drawn, live};
use crate::ui::trouble::Trouble;

/// Minutes of an hour, a day, a week: what the choices are made of.
const HOUR: i32 = 60;
const DAY: i32 = 24 * HOUR;
/// The choices of closing by itself; any other number that is set is shown too.
const CLOSE: [(i32, Key); 5] = [
    (HOUR, Key::CloseHour),
    (8 * HOUR, Key::CloseEightHours),
    (DAY, Key::CloseDay),
    (3 * DAY, Key::CloseThreeDays),
    (7 * DAY, Key::CloseWeek),
];

#[derive(Clone, Copy)]
struct Known {
    settings: RwSignal<Remote<WorkspaceSettings>>,
    bots: RwSignal<Vec<AgentName>>,
}

impl Known {
    fn get(self) -> Option<WorkspaceSettings> {
        self.settings.with(|settings| settings.ready().cloned())
    }

    fn change<C: request::Give<Payload = WorkspacePayload>>(self, input: C::Input) {
        let done = move |payload: WorkspacePayload| {
            if let Some(settings) = payload.settings {
                store().workspace.set(Some(settings.clone()));
                let _ = self.settings.try_set(Remote::Ready(settings));
            }
            toasts::say(t(Key::ChannelSaved).to_owned(), None);
        };
        // What was chosen and not taken goes back.
        asking::give_or::<C>(input, done, move || {
            let _ = self.settings.try_update(|_| ());
        });
    }
}

/// The card.
#[component]
pub fn Workspace() -> impl IntoView {
    let known = Known {
        settings: RwSignal::new(Remote::Loading),
        bots: RwSignal::new(Vec::new()),
    };
    let ask = move || {
        asking::ask(known.settings, async move {
            let found = Employees::ask(()).await?.agents.into_iter();
            let bots = found
                .filter(|agent| agent.role == AgentRole::Bot && agent.active)
                .map(|agent| AgentName {
                    id: agent.id,
                    name: agent.name,
                });
            let _ = known.bots.try_set(bots.collect());
            Ok(Settings::ask(()).await?.workspace_settings)
        });
    };
    ask();
    let stage = Memo::new(move |_| {
        known.settings.with(|settings| match settings {
            Remote::Loading | Remote::Slow => Remote::Loading,
            Remote::Ready(_) => Remote::Ready(()),
            Remote::Failed(fault) => Remote::Failed(fault.clone()),
        })
    });
    let part = move || {
        match stage.get() {
        Remote::Loading | Remote::Slow => ().into_any(),
        Remote::Failed(fault) => view! { <Trouble fault again=ask/> }.into_any(),
        Remote::Ready(()) => view! {
            <section class="card" aria-labelledby="workspace-title" data-testid="workspace-settings">
                <h2 id="workspace-title">{t(Key::WorkspaceTitle)}</h2>
                <fieldset disabled=!store().is_administrator()>
                    <On known/>
                    <Display known/>
                    <Close known/>
                    <Give known/>
                    <Sound known/>
                    <Frames known=known.get().map(|it| it.frame_origins).unwrap_or_default()/>
                </fieldset>
            </section>
        }
        .into_any(),
    }
    };
    drawn(part)
}

#[component]
fn On(known: Known) -> impl IntoView {
    let switched = |on| SwitchesInput {
        chats_on: Some(on),
        ..SwitchesInput::default()
    };
    view! {
        {tick(known, "chats-on", Key::WorkspaceOn, |it| it.chats_on, switched)}
        <p class="note">{t(Key::WorkspaceOnHint)}</p>
    }
}

#[component]
fn Sound(known: Known) -> impl IntoView {
    let switched = |on| SwitchesInput {
        message_sound: Some(on),
        ..SwitchesInput::default()
    };
    tick(
        known,
        "message-sound",
        Key::WorkspaceSound,
        |it| it.message_sound,
        switched,
    )
}

/// Something that is on or off.
fn tick(
    known: Known,
    testid: &'static str,
    words: Key,
    is_on: fn(&WorkspaceSettings) -> bool,
    switched: fn(bool) -> SwitchesInput,
) -> AnyView {
    let on = move || known.get().is_some_and(|settings| is_on(&settings));
    let switch = move |_| known.change::<ChangeSwitches>(switched(!on()));
    view! { <label class="tick-line"><input type="checkbox" data-testid=testid prop:checked=live(on) on:change=switch/> {t(words)}</label> }
        .into_any()
}

#[component]
fn Display(known: Known) -> impl IntoView {
    let choice = move |display: ChatDisplay, words: Key| {
        let here = move || {
            known
                .get()
                .is_some_and(|settings| settings.display == display)
        };
        let choose = move |_| {
            let input = SwitchesInput {
                display: Some(display),
                ..SwitchesInput::default()
            };
            known.change::<ChangeSwitches>(input);
        };
        view! { <button type="button" data-testid=format!("display-{display:?}").to_ascii_lowercase() aria-pressed=move || here().to_string() on:click=choose>{t(words)}</button> }
    };
    view! {
        <div class="setting">
            <span>{t(Key::WorkspaceDisplay)}</span>
            <div class="choice" role="group" aria-label=t(Key::WorkspaceDisplay)>
                {choice(ChatDisplay::Section, Key::DisplaySection)}
                {choice(ChatDisplay::PopUp, Key::DisplayPopUp)}
            </div>
        </div>
        <p class="note">{t(Key::DisplayHint)}</p>
    }
}

#[component]
fn Close(known: Known) -> impl IntoView {
    let now = move || known.get().and_then(|settings| settings.auto_close_minutes);
    let choose = move |event| {
        let auto_close_minutes = event_target_value(&event).parse().ok();
        known.change::<ChangeAutoClose>(AutoCloseInput { auto_close_minutes });
    };
    let options = drawn(move || {
        let now = now();
        let own = now
            .filter(|now| !CLOSE.iter().any(|(minutes, _)| minutes == now))
            .map(|minutes| view! { <option value=minutes.to_string() selected=true>{tn(Count::CloseMinutes, i64::from(minutes))}</option> });
        let usual = CLOSE.map(|(minutes, words)| view! { <option value=minutes.to_string() selected=now == Some(minutes)>{t(words)}</option> });
        view! { <option value="" selected=now.is_none()>{t(Key::CloseNever)}</option> {usual.collect_view()} {own} }
    });
    view! {
        <div class="setting">
            <label for="auto-close">{t(Key::WorkspaceClose)}</label>
            <select id="auto-close" data-testid="auto-close" prop:value=move || now().map(|minutes| minutes.to_string()).unwrap_or_default() on:change=choose>{options}</select>
        </div>
        <Keep known/>
    }
}

/// Chats that wait for an answer stay open.
#[component]
fn Keep(known: Known) -> impl IntoView {
    let switched = |on| SwitchesInput {
        keep_unanswered_open: Some(on),
        ..SwitchesInput::default()
    };
    tick(
        known,
        "keep-unanswered",
        Key::WorkspaceCloseKeep,
        |it| it.keep_unanswered_open,
        switched,
    )
}

#[component]
fn Give(known: Known) -> impl IntoView {
    let choose = move |event| {
        let chosen = event_target_value(&event);
        let rule = match chosen.as_str() {
            "rr" => Some(Distribution::RoundRobin),
            "lb" => Some(Distribution::LeastBusy),
            "no" => Some(Distribution::Nobody),
            _ => None,
        };
        let input = match rule {
            Some(rule) => DistributionInput {
                distribution: Some(rule),
                distribution_bot_id: None,
            },
            None => DistributionInput {
                distribution: known.get().map(|settings| settings.distribution),
                distribution_bot_id: Some(Id::new(chosen)),
            },
        };
        known.change::<ChangeDistribution>(input);
    };
    let options = drawn(move || {
        let settings = known.get();
        let bot = settings
            .as_ref()
            .and_then(|settings| settings.distribution_bot.clone());
        let rule = settings
            .filter(|_| bot.is_none())
            .map(|settings| settings.distribution);
        let of = |which: Distribution, value: &'static str, words: Key| {
            view! { <option value=value selected=rule == Some(which)>{t(words)}</option> }
        };
        let mut bots = known.bots.get();
        if let Some(bot) = bot.clone().filter(|bot| !bots.contains(bot)) {
            bots.push(bot);
        }
        let of_bot = |one: AgentName| {
            let selected = bot.as_ref() == Some(&one);
            view! { <option value=one.id.into_inner() selected=selected>{one.name}</option> }
        };
        view! {
            {of(Distribution::Nobody, "no", Key::GiveNobody)}
            {of(Distribution::RoundRobin, "rr", Key::GiveRound)}
            {of(Distribution::LeastBusy, "lb", Key::GiveLeast)}
            {bots.into_iter().map(of_bot).collect_view()}
        }
    });
    view! {
        <div class="setting">
            <label for="distribution">{t(Key::WorkspaceGive)}</label>
            <select id="distribution" data-testid="distribution" on:change=choose>{options}</select>
        </div>
        <p class="note">{t(Key::WorkspaceGiveHint)}</p>
    }
}
