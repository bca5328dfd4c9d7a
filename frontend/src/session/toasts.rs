//! Short words about what was just done, with the way back. Must not decide what can be undone.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use leptos::prelude::{GetUntracked, Update};
use leptos::task::spawn_local;

use super::{bulk, store};
use crate::api::acts::{UndoAct, UndoInput};
use crate::api::fault::Fault;
use crate::api::graphql::Id;
use crate::api::request::Give;
use crate::i18n::{Key, t};

/// The way back of what was done: the server's own marks of the acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undo(Vec<Id>);

impl Undo {
    /// The way back, if there is one.
    pub fn of(acts: impl IntoIterator<Item = Id>) -> Option<Self> {
        let acts: Vec<Id> = acts.into_iter().collect();
        (!acts.is_empty()).then_some(Self(acts))
    }
}

/// One toast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// Which one.
    pub id: u32,
    /// What happened.
    pub text: String,
    /// It did not work.
    pub alert: bool,
    /// The way back.
    pub undo: Option<Undo>,
    /// The chat it tells of.
    pub chat: Option<String>,
    /// It can be tried again.
    pub again: bool,
}

thread_local! {
    /// Acts without an answer so far, each with whether it is to be taken back.
    static UNDER_WAY: RefCell<Vec<(u32, bool)>> = const { RefCell::new(Vec::new()) };
    static LAST: Cell<u32> = const { Cell::new(0) };
    static AGAIN: RefCell<BTreeMap<u32, Rc<dyn Fn()>>> = const { RefCell::new(BTreeMap::new()) };
}

/// Says something, with a way back or without.
pub fn say(text: String, undo: Option<Undo>) {
    push(text, false, undo, None, None);
}

fn next_id() -> u32 {
    let id = LAST.get() + 1;
    LAST.set(id);
    id
}

/// An act is on its way: until its answer is here, undoing means this one.
pub fn begin() -> u32 {
    let act = next_id();
    UNDER_WAY.with_borrow_mut(|all| all.push((act, false)));
    act
}

/// Its answer is here, with the words for it and the way back, which is gone at once where that was wanted meanwhile.
pub fn end(act: u32, words: Option<String>, undo: Option<Undo>) {
    let back = UNDER_WAY.with_borrow_mut(|all| {
        let back = all.contains(&(act, true));
        all.retain(|(other, _)| *other != act);
        back
    });
    match undo {
        Some(Undo(acts)) if back => take_back(acts),
        undo => {
            if let Some(words) = words {
                say(words, undo);
            }
        }
    }
}

/// Marks the last act on its way to be taken back, if there is one.
fn take_back_under_way() -> bool {
    UNDER_WAY.with_borrow_mut(|all| {
        let last = all.iter_mut().rev().find(|(_, back)| !*back);
        last.map(|(_, back)| *back = true).is_some()
    })
}

/// Says who wrote, with the way there.
pub fn wrote(text: String, chat: String) {
    push(text, false, None, Some(chat), None);
}

/// Says why something cannot be.
pub fn alert(text: String) {
    push(text, true, None, None, None);
}

/// Says what went wrong, with another try where that may pass. Only for what does no harm when it is done twice: the first
/// try may have arrived.
pub fn failed(fault: &Fault, again: impl Fn() + 'static) {
    super::noticed(fault);
    let again: Option<Rc<dyn Fn()>> = if fault.may_pass() {
        Some(Rc::new(again))
    } else {
        None
    };
    push(fault.words(), true, None, None, again);
}

/// Says what went wrong.
pub fn fault(fault: &Fault) {
    super::noticed(fault);
    push(fault.words(), true, None, None, None);
}

fn push(
    text: String,
    alert: bool,
    undo: Option<Undo>,
    chat: Option<String>,
    again: Option<Rc<dyn Fn()>>,
) {
    let id = next_id();
    let is_again = again.is_some();
    let again = again.map(|again| together(&text, again));
    store().toasts.update(|toasts| {
        toasts.retain(|toast| toast.text != text);
        toasts.push(Toast {
            id,
            text,
            alert,
            undo,
            chat,
            again: is_again,
        });
        if toasts.len() > 3 {
            toasts.remove(0);
        }
    });
    AGAIN.with_borrow_mut(|all| {
        if let Some(again) = again {
            all.insert(id, again);
        }
        let shown = store().toasts.get_untracked();
        all.retain(|id, _| shown.iter().any(|toast| toast.id == *id));
    });
}

/// Two things that failed for the same reason share one toast: both are tried again.
fn together(text: &str, again: Rc<dyn Fn()>) -> Rc<dyn Fn()> {
    let shown = store().toasts.get_untracked();
    let same = shown.iter().find(|toast| toast.text == text);
    let before = same.and_then(|toast| AGAIN.with_borrow(|all| all.get(&toast.id).cloned()));
    match before {
        Some(before) => Rc::new(move || {
            before();
            again();
        }),
        None => again,
    }
}

/// Tries again what a toast tells of.
pub fn again(id: u32) {
    let again = AGAIN.with_borrow_mut(|all| all.remove(&id));
    dismiss(id);
    if let Some(again) = again {
        again();
    }
}

/// Takes a toast away.
pub fn dismiss(id: u32) {
    store()
        .toasts
        .update(|toasts| toasts.retain(|toast| toast.id != id));
}

/// Undoes what a toast tells of, the last act first.
pub fn undo(toast: &Toast) {
    dismiss(toast.id);
    let Some(Undo(acts)) = toast.undo.clone() else {
        return;
    };
    take_back(acts);
}

fn take_back(acts: Vec<Id>) {
    spawn_local(async move {
        let mut refused = None;
        let mut left = acts;
        while let Some(act) = left.pop() {
            match UndoAct::send(UndoInput { act: act.clone() }).await {
                Ok(payload) => refused = refused.or(bulk::refusal(&payload.results)),
                Err(why) if why.may_pass() => {
                    left.push(act);
                    return failed(&why, move || take_back(left.clone()));
                }
                Err(why) => refused = refused.or(Some(why)),
            }
        }
        match refused {
            Some(why) => fault(&why),
            None => say(t(Key::ToastUndone).to_owned(), None),
        }
    });
}

/// Undoes the last act that can be, also one whose answer is not here yet.
pub fn undo_last() {
    if take_back_under_way() {
        return;
    }
    let last = store()
        .toasts
        .get_untracked()
        .into_iter()
        .rev()
        .find(|toast| toast.undo.is_some());
    if let Some(toast) = last {
        undo(&toast);
    }
}
