//! Carries files to the server, with progress, cancelling and further tries. They go on when the chat is left. Must not
//! draw.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use js_sys::Promise;
use leptos::prelude::{GetUntracked, Set, Update, WithUntracked, set_timeout};
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FileList, FormData, ProgressEvent, XmlHttpRequest};

use super::{memory, noticed, sending, store, toasts};
use crate::api::fault::Fault;
use crate::api::json;
use crate::i18n::{Key, now, number, t, tf};
use crate::state::files::{LARGEST, MOST};
use crate::state::outbox::Carried;
use crate::state::uploads::{NotTaken, Progress, Upload, Uploads};
use crate::ui::names;

/// Does the pointer carry files from outside the page?
pub fn carries_files(event: &web_sys::DragEvent) -> bool {
    let types = event.data_transfer().map(|data| data.types());
    types.is_some_and(|types| {
        types
            .iter()
            .any(|it| it.as_string().as_deref() == Some("Files"))
    })
}

/// How long until a file that did not pass is tried again while the connection stands.
const PAUSE: Duration = Duration::from_secs(5);

/// For how long files that are there and not sent are kept over a reload, in milliseconds; the server keeps them a day.
const KEPT: u64 = 20 * 3_600_000;

/// A file that this page holds, and the request that carries it.
struct Held {
    file: File,
    request: Option<XmlHttpRequest>,
}

thread_local! {
    static HELD: RefCell<HashMap<String, Held>> = RefCell::default();
}

/// A composer opens: what waited in it before a reload, and is on the server, waits again.
pub fn open(chat: &str) {
    let known = store()
        .uploads
        .with_untracked(|uploads| uploads.of_chat(chat).next().is_some());
    let written = memory::files(chat);
    let Some((at, files)) = written.split_once('\n').filter(|_| !known) else {
        return;
    };
    let fresh = at.parse().is_ok_and(|at: u64| at + KEPT > now() as u64);
    let files: Vec<Carried> = files.lines().filter_map(Carried::read).collect();
    if fresh {
        put_back(chat, &files);
    } else {
        memory::keep_files(chat, "");
    }
}

/// Keeps what waits in a composer and is on the server.
fn keep(chat: &str) {
    let there = store().uploads.with_untracked(|uploads| {
        let all = uploads.of_chat(chat).map(Upload::carried);
        all.filter(Carried::is_there)
            .map(|file| file.written())
            .collect::<Vec<_>>()
    });
    let written = match there.is_empty() {
        true => String::new(),
        false => format!("{}\n{}", now() as u64, there.join("\n")),
    };
    memory::keep_files(chat, &written);
}

/// Attaches files to the next message of a chat; what cannot be attached is said in words.
pub fn attach(chat: &str, files: &FileList) {
    let files = (0..files.length()).filter_map(|index| files.item(index));
    for file in files {
        let (name, size) = (file.name(), file.size() as u64);
        let judged = store()
            .uploads
            .with_untracked(|uploads| uploads.judge(chat, &name, size));
        if let Err(why) = judged {
            toasts::alert(words(&why));
            if why == NotTaken::TooMany {
                break;
            }
            continue;
        }
        let key = uuid::Uuid::new_v4().to_string();
        let upload = Upload {
            key: key.clone(),
            chat: chat.to_owned(),
            name,
            size,
            picture: file.type_().starts_with("image/"),
            progress: Progress::Waiting,
            sent: false,
        };
        let held = Held {
            file,
            request: None,
        };
        HELD.with_borrow_mut(|all| all.insert(key, held));
        store().uploads.update(|uploads| uploads.add(upload));
    }
    go_on();
}

fn words(why: &NotTaken) -> String {
    match why {
        NotTaken::Empty(name) => tf(Key::AttachEmpty, &[("name", name)]),
        NotTaken::TooLarge(name) => tf(
            Key::AttachTooLarge,
            &[("name", name), ("limit", &names::size(LARGEST as f64))],
        ),
        NotTaken::TooMany => {
            let most = i64::try_from(MOST).unwrap_or_default();
            tf(Key::AttachTooMany, &[("n", &number(most))])
        }
    }
}

/// Takes a file back, on its way or there.
pub fn remove(key: &str) {
    let held = HELD.with_borrow_mut(|all| all.remove(key));
    let mut chat = None;
    store().uploads.update(|uploads| {
        chat = uploads.find(key).map(|upload| upload.chat.clone());
        uploads.remove(key);
    });
    if let Some(chat) = chat {
        keep(&chat);
    }
    if let Some(request) = held.and_then(|held| held.request) {
        let _ = request.abort();
    }
    go_on();
}

/// Tries once more with a file that did not pass; `false` when this page holds it no more.
pub fn retry(key: &str) -> bool {
    let here = HELD.with_borrow(|all| all.contains_key(key));
    if here {
        store()
            .uploads
            .update(|uploads| uploads.came(key, Progress::Waiting));
        go_on();
    }
    here
}

/// What waits in a composer goes with a message.
pub fn take(chat: &str) -> Vec<Carried> {
    let mut taken = Vec::new();
    store().uploads.update(|uploads| taken = uploads.take(chat));
    keep(chat);
    taken.iter().map(Upload::carried).collect()
}

/// A message was taken back or refused: its files wait in the composer again.
pub fn put_back(chat: &str, files: &[Carried]) {
    store().uploads.update(|all| {
        for file in files {
            let known = all.find(&file.key).map(|known| known.progress.clone());
            let progress = match known {
                Some(progress) => progress,
                None if file.is_there() => Progress::Done(file.id.clone()),
                None => continue,
            };
            all.remove(&file.key);
            all.add(Upload {
                key: file.key.clone(),
                chat: chat.to_owned(),
                name: file.name.clone(),
                size: file.size,
                picture: file.picture,
                progress,
                sent: false,
            });
        }
    });
    keep(chat);
}

/// The connection is back: what only waited for it goes on.
pub fn resume() {
    store().uploads.update(Uploads::resume);
    go_on();
}

/// Another agent sits down here.
pub fn forget() {
    let held = HELD.with_borrow_mut(std::mem::take);
    store().uploads.set(Uploads::default());
    for request in held.into_values().filter_map(|held| held.request) {
        let _ = request.abort();
    }
}

/// Begins with those that may.
fn go_on() {
    let uploads = store().uploads;
    let mut after = uploads.get_untracked();
    let begun = after.begin();
    if !begun.is_empty() {
        uploads.set(after);
    }
    for key in begun {
        spawn_local(async move {
            let outcome = carry(&key).await;
            came(&key, outcome);
        });
    }
}

/// A file is there, or did not pass. What was taken back meanwhile is of no interest.
fn came(key: &str, outcome: Result<String, Fault>) {
    let known = store()
        .uploads
        .with_untracked(|uploads| uploads.find(key).cloned());
    let Some(upload) = known else { return };
    match outcome {
        Ok(id) => {
            HELD.with_borrow_mut(|all| all.remove(key));
            if upload.sent {
                store().uploads.update(|uploads| uploads.remove(key));
                sending::uploaded(key, Ok(id));
            } else {
                let done = Progress::Done(id);
                store().uploads.update(|uploads| uploads.came(key, done));
                keep(&upload.chat);
            }
        }
        Err(fault) => {
            noticed(&fault);
            let failed = Progress::Failed(fault.clone());
            store().uploads.update(|uploads| uploads.came(key, failed));
            if fault.waits_for_connection() {
                set_timeout(sending::resend_if_connected, PAUSE);
            } else if upload.sent {
                sending::uploaded(key, Err(fault));
            }
        }
    }
    go_on();
}

/// Carries one file; its id.
async fn carry(key: &str) -> Result<String, Fault> {
    let chat = store()
        .uploads
        .with_untracked(|uploads| uploads.find(key).map(|upload| upload.chat.clone()));
    let file = HELD.with_borrow(|all| all.get(key).map(|held| held.file.clone()));
    let (Some(chat), Some(file)) = (chat, file) else {
        return Err(Fault::Network);
    };
    let request = exchange(key, &chat, &file)
        .await
        .map_err(|_| Fault::Network)?;
    let status = request.status().unwrap_or_default();
    let text = request.response_text().ok().flatten().unwrap_or_default();
    let answer = json::parse(&text);
    let word = |path: &str| {
        let value = answer.as_ref().and_then(|answer| answer.pointer(path));
        value.and_then(|value| value.as_str()).map(str::to_owned)
    };
    match (status, word("/fileId")) {
        (201, Some(id)) => Ok(id),
        (0 | 502..=504, _) => Err(Fault::Network),
        _ => {
            let code = word("/error/code").unwrap_or_default();
            match Fault::of_code(&code) {
                Fault::Server if status < 500 || status == 507 => Err(Fault::Refused {
                    message: match code.as_str() {
                        "STORAGE_FULL" => t(Key::AttachNoRoom).to_owned(),
                        "FILE_BROKEN_OFF" => t(Key::AttachLost).to_owned(),
                        _ => word("/error/message").unwrap_or_default(),
                    },
                    code,
                    field: None,
                }),
                known => Err(known),
            }
        }
    }
}

async fn exchange(key: &str, chat: &str, file: &File) -> Result<XmlHttpRequest, JsValue> {
    let request = XmlHttpRequest::new()?;
    request.open("POST", &format!("/files?chat={chat}"))?;
    let form = FormData::new()?;
    form.append_with_blob_and_filename("file", file, &file.name())?;
    let moved = {
        let key = key.to_owned();
        Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
            let part = event.loaded() / event.total().max(1.0);
            let going = Progress::Going((part * 100.0).clamp(0.0, 99.0) as u8);
            store().uploads.update(|uploads| uploads.came(&key, going));
        })
    };
    request
        .upload()?
        .set_onprogress(Some(moved.as_ref().unchecked_ref()));
    let ended = Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
    HELD.with_borrow_mut(|all| {
        if let Some(held) = all.get_mut(key) {
            held.request = Some(request.clone());
        }
    });
    request.send_with_opt_form_data(Some(&form))?;
    let outcome = JsFuture::from(ended).await;
    request.upload()?.set_onprogress(None);
    outcome.map(|_| request)
}
