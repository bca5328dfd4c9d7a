//! Asks for what a part of a page shows, and gives commands that can be given again. What fails is told, with another try.
//! Must not know what it is.

use std::rc::Rc;

use leptos::prelude::{Callable, Callback, RwSignal, Set, WithUntracked};
use leptos::task::spawn_local;
use serde_json::Value;

use super::{grow_slow, noticed, toasts};
use crate::api::fault::Fault;
use crate::api::http;
use crate::api::request::{Give, payload};
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

/// What was asked for, and how it is asked for again.
pub struct Asked<T: Send + Sync + 'static> {
    /// What is known of it.
    pub known: RwSignal<Remote<T>>,
    /// Asks again.
    pub again: Callback<()>,
}

impl<T: Send + Sync + 'static> Clone for Asked<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Asked<T> {}

impl<T: Send + Sync + 'static> Asked<T> {
    /// Asks.
    pub fn new<F>(what: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<T, Fault>> + 'static,
    {
        let asked = Self::later(what);
        asked.again.run(());
        asked
    }

    /// Asks as soon as it is wanted.
    pub fn later<F>(what: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<T, Fault>> + 'static,
    {
        let known = RwSignal::new(Remote::Loading);
        let again = Callback::new(move |()| ask(known, what()));
        Self { known, again }
    }
}

/// A command that does no harm when it is given twice.
struct Order {
    body: Value,
    done: Box<dyn Fn(Value) -> Result<(), Fault>>,
    refused: Box<dyn Fn()>,
}

/// Gives a command that does no harm when it is given twice. When it does not pass, that is said, with another try.
pub fn give<C: Give>(input: C::Input, done: impl Fn(C::Payload) + 'static) {
    give_or::<C>(input, done, || ());
}

/// The same; `refused` puts back what was shown too early.
pub fn give_or<C: Give>(
    input: C::Input,
    done: impl Fn(C::Payload) + 'static,
    refused: impl Fn() + 'static,
) {
    attempt(Rc::new(Order {
        body: C::order(input),
        done: Box::new(move |tree| http::read(tree).map(&done)),
        refused: Box::new(refused),
    }));
}

/// Gives a command and tells whoever stands beside it how that went: nothing when it passed, else why not.
pub fn give_telling<C: Give>(
    input: C::Input,
    done: impl Fn(C::Payload) + 'static,
    told: Callback<Option<String>>,
) {
    let order = Order {
        body: C::order(input),
        done: Box::new(move |tree| http::read(tree).map(&done)),
        refused: Box::new(|| ()),
    };
    spawn_local(async move {
        let answer = http::start(order.body, payload).await;
        let fault = answer.and_then(|tree| (order.done)(tree)).err();
        fault.iter().for_each(noticed);
        let _ = told.try_run(fault.as_ref().map(Fault::words));
    });
}

fn attempt(order: Rc<Order>) {
    spawn_local(async move {
        let answer = http::start(order.body.clone(), payload).await;
        if let Err(fault) = answer.and_then(|tree| (order.done)(tree)) {
            (order.refused)();
            toasts::failed(&fault, move || attempt(Rc::clone(&order)));
        }
    });
}
