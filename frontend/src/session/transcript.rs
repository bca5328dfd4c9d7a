//! Saves a chat as a text file: all that can be read of it, page by page (P19). Must not decide what is in it.

use std::time::Duration;

use js_sys::{Array, JsString};
use leptos::prelude::{document, set_timeout};
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Blob, HtmlAnchorElement, Url};

use super::{noticed, toasts};
use crate::api::fault::Fault;
use crate::api::graphql::Id;
use crate::api::queries::{ThreadPage, ThreadVariables};
use crate::api::request::Ask;
use crate::state::thread::Thread;
use crate::state::transcript;

/// Messages a page: the most that the server gives at once.
const PAGE: i32 = 100;

/// Saves it, or says why not.
pub fn save(chat: String) {
    spawn_local(async move {
        match whole(&chat).await {
            Ok(thread) => give(&transcript::text(&thread), &transcript::file_name(&thread)),
            Err(fault) => {
                noticed(&fault);
                toasts::failed(&fault, move || save(chat.clone()));
            }
        }
    });
}

async fn whole(chat: &str) -> Result<Thread, Fault> {
    let page = |before: Option<String>| {
        ThreadPage::ask(ThreadVariables {
            id: Id::new(chat),
            last: PAGE,
            before,
        })
    };
    let mut thread = Thread::new(page(None).await?.chat);
    while let Some(before) = thread.older_page() {
        let older = page(before.clone()).await?;
        thread.prepend(before.as_deref(), older.chat);
    }
    Ok(thread)
}

/// Gives the browser a file to save.
fn give(text: &str, name: &str) {
    let parts = Array::of1(&JsString::from(text));
    let file = Blob::new_with_str_sequence(&parts);
    let address = file.and_then(|file| Url::create_object_url_with_blob(&file));
    let link = document().create_element("a");
    let link = link
        .ok()
        .and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    if let (Ok(address), Some(link)) = (address, link) {
        link.set_href(&address);
        link.set_download(name);
        link.click();
        // It is read by then.
        let forget = move || drop(Url::revoke_object_url(&address));
        set_timeout(forget, Duration::from_secs(60));
    }
}
