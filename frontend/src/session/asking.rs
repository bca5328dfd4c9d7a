//! Asks for what one page shows. Must not know what it is.

use std::rc::Rc;

use leptos::prelude::{RwSignal, Set, WithUntracked};
use leptos::task::spawn_local;

use super::{grow_slow, noticed, toasts};
use crate::api::fault::Fault;
use crate::api::http::Asking;
use crate::remote::Remote;

/// Puts an answer where the page looks. What is there already stays until the answer comes; the page may have been left
/// meanwhile.
pub fn ask<T: Send + Sync + 'static>(
    into: RwSignal<Remote<T>>,
    answer: impl Future<Output = Result<T, Fault>> + 'static,
) {
    let here = into.try_with_untracked(|remote| remote.ready().is_some());
    if here == Some(false) {
        let _ = into.try_set(Remote::Loading);
        grow_slow(into);
    }
    spawn_local(async move {
        let answer = answer.await;
        let _ = into.try_set(match answer {
            Ok(found) => Remote::Ready(found),
            Err(fault) => {
                noticed(&fault);
                Remote::Failed(fault)
            }
        });
    });
}

/// Gives a command that does no harm when it is given twice. When it does not pass, that is said, with another try.
pub fn give<T: 'static>(send: impl Fn() -> Asking<T> + 'static, done: impl Fn(T) + 'static) {
    attempt(Rc::new(send), Rc::new(done));
}

fn attempt<T: 'static>(send: Rc<dyn Fn() -> Asking<T>>, done: Rc<dyn Fn(T)>) {
    spawn_local(async move {
        match send().await {
            Ok(answer) => done(answer),
            Err(fault) => toasts::failed(&fault, move || attempt(send.clone(), done.clone())),
        }
    });
}
