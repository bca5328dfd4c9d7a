//! `/dev/ui`: every part in every state, light beside dark. In builds for work only; its words are not translated.

use leptos::prelude::*;

use crate::api::fault::Fault;
use crate::api::graphql::ChannelKind;
use crate::ui::avatar::Avatar;
use crate::ui::confirm::Confirm;
use crate::ui::copy::Copy;
use crate::ui::field::Field;
use crate::ui::icon::{Icon, icon};
use crate::ui::pencil::{Pencil, Typed};
use crate::ui::presence;
use crate::ui::trouble::Trouble;

const KINDS: [ChannelKind; 6] = [
    ChannelKind::WebChat,
    ChannelKind::Whatsapp,
    ChannelKind::Messenger,
    ChannelKind::Sms,
    ChannelKind::Email,
    ChannelKind::Api,
];

/// The page.
#[component]
pub fn Parts() -> impl IntoView {
    view! {
        <main id="main" class="dev">
            <h1 class="unseen">"Parts"</h1>
            <section class="dev-light" aria-label="Light"><Gallery ids=["dev-plain-light", "dev-wrong-light"]/></section>
            <section class="dev-dark" aria-label="Dark"><Gallery ids=["dev-plain-dark", "dev-wrong-dark"]/></section>
        </main>
    }
}

#[component]
fn Gallery(ids: [&'static str; 2]) -> impl IntoView {
    let value = RwSignal::new("Lucía Romero".to_owned());
    let [plain, wrong] = ids;
    let faults = [
        Fault::Network,
        Fault::NotFound,
        Fault::Forbidden,
        Fault::Server,
        Fault::Outdated,
    ];
    view! {
        <h2>"Buttons"</h2>
        <p class="dev-line">
            <button type="button" class="button">"Plain"</button>
            <button type="button" class="button primary">{icon(Icon::Plus)} "Primary"</button>
            <button type="button" class="button quiet">"Quiet"</button>
            <button type="button" class="button danger">"Danger"</button>
            <button type="button" class="button" disabled>"Disabled"</button>
            <button type="button" class="button primary" aria-busy="true">"Busy"</button>
            <button type="button" class="button quiet square" aria-label="Close">{icon(Icon::Close)}</button>
        </p>
        <h2>"Fields"</h2>
        <Field id=plain label="Name" hint="As it is in the passport" value/>
        <Field id=wrong label="Name" value wrong=Signal::derive(|| Some("At most 80 characters.".to_owned()))/>
        <dl class="facts"><Pencil label="First name" value=Signal::derive(move || value.get()) save=Callback::new(move |(text, told): Typed| { value.set(text); told.run(None); })/></dl>
        <p><label class="tick-line"><input type="checkbox" checked/> "A choice"</label></p>
        <div class="choice" role="group" aria-label="Choice">
            <button type="button" aria-pressed="true">"One"</button>
            <button type="button" aria-pressed="false">"Two"</button>
        </div>
        <h2>"People and marks"</h2>
        <p class="dev-line">
            {KINDS.map(|kind| view! { <Avatar id=format!("{kind:?}") name="Lucía Romero".to_owned() channel=kind/> }).collect_view()}
            <Avatar id="unknown".to_owned() name=String::new()/>
        </p>
        <p class="dev-line">
            <span class="chip">"Chip"</span> <span class="chip ok">"Connected"</span> <span class="chip warn">"Lost"</span>
            <span class="chip vip">"VIP"</span> <span class="chip bad">"BAD"</span>
            <span class="unread">"3"</span> <span class="unanswered"></span> <kbd>"g"</kbd><kbd>"c"</kbd>
            {presences()}
        </p>
        <h2>"What happened"</h2>
        <div class="toast dev-still"><span class="toast-text">"3 chats archived"</span><button type="button" class="button">"Undo"</button></div>
        <div class="toast alert dev-still"><span class="toast-text">"Hilo cannot be reached."</span></div>
        {faults.map(|fault| view! { <Trouble fault again=|| ()/> }).collect_view()}
        <Confirm button="Delete the client" question="It disappears for agents.".to_owned() word="Lucía".to_owned() act=Callback::new(|()| ()) testid="dev-confirm"/>
        <Copy text="<script src=\"/widget.js\"></script>".to_owned() label="Code"/>
        <h2>"Waiting and nothing"</h2>
        <div class="row-skeletons" aria-hidden="true"><i></i><i></i></div>
        <div class="empty-words"><i class="thread-line"></i><p>"Nobody waits"</p></div>
    }
}

fn presences() -> impl IntoView {
    use crate::api::people::Presence::{Away, Offline, Online};
    [Online, Away, Offline]
        .map(|state| view! { <span class="presence" data-presence=format!("{state:?}") title=presence::words(state)></span> })
        .collect_view()
}
