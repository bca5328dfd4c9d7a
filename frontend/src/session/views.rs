//! The filters that the agent keeps under names, on the server (P5). Those that a browser kept before are carried over.
//! Must not know what a filter says.

use leptos::prelude::{RwSignal, Set, Update};

use super::{asking, memory, store};
use crate::api::fault::Fault;
use crate::api::request::{Ask, Give};
use crate::api::views::{
    DeleteView, DeleteViewInput, RenameView, RenameViewInput, SaveView, SaveViewInput, SavedView,
    SavedViews, ViewsPayload,
};
use crate::remote::Remote;
use crate::state::views::{Saved, kept, offered};

/// All of an agent's.
pub type Views = RwSignal<Remote<Vec<Saved>>>;

/// Asks for them; what is shown stays until the answer is here.
pub fn ask() {
    asking::ask(store().views, async { Ok(offered(known().await?)) });
}

async fn known() -> Result<Vec<SavedView>, Fault> {
    let mut views = SavedViews::ask(()).await?.saved_views;
    let Some(viewer) = store().viewer() else {
        return Ok(views);
    };
    let me = viewer.agent.id.into_inner();
    for (name, query) in kept(&memory::views(&me)) {
        if views.iter().all(|view| view.name != name) {
            match SaveView::send(SaveViewInput { name, query }).await {
                Ok(payload) => views = payload.views,
                // A rule that came since says no: the others are kept all the same.
                Err(Fault::Refused { .. }) => {}
                // They stay here until they can be told.
                Err(_) => return Ok(views),
            }
        }
    }
    memory::forget_views(&me);
    Ok(views)
}

/// Keeps filters under a name.
pub fn save(name: String, query: String) {
    change::<SaveView>(SaveViewInput { name, query });
}

/// Gives a view another name.
pub fn rename(name: String, to: String) {
    change::<RenameView>(RenameViewInput { name, to });
}

/// Forgets a view; it is gone at once.
pub fn delete(name: String) {
    store().views.update(|views| {
        if let Some(views) = views.ready_mut() {
            views.retain(|view| view.name != name);
        }
    });
    change::<DeleteView>(DeleteViewInput { name });
}

fn change<C: Give<Payload = ViewsPayload>>(input: C::Input) {
    asking::give::<C>(input, |payload| {
        store().views.set(Remote::Ready(offered(payload.views)));
    });
}

/// Another agent has others.
pub fn forget() {
    store().views.set(Remote::Loading);
}
