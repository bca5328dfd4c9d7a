//! A button with a sheet that drops from it: opened by click, closed by Escape, by a press elsewhere, by leaving it.
//! Arrows move among what is in it. Must not know what that is.

use std::time::Duration;

use leptos::html::Span;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{FocusEvent, HtmlElement, KeyboardEvent, PointerEvent};

use super::focus;
use super::icon::{Icon, icon};
use super::live::effect;

/// What drops, of one type whatever it is.
pub type Content = Box<dyn Fn(Callback<()>) -> AnyView + Send + Sync>;

/// The button and, while it is open, its content, which gets a way to close it. What drops is about `of`: with another one
/// it goes.
#[component]
pub fn Drop(
    shape: Icon,
    #[prop(into)] label: Signal<String>,
    content: Content,
    #[prop(optional)] testid: &'static str,
    #[prop(optional)] upwards: bool,
    #[prop(optional, into)] words: Option<Signal<String>>,
    #[prop(optional, into)] lit: Option<Signal<bool>>,
    #[prop(optional)] of: Option<Memo<String>>,
    #[prop(optional)] hover: bool,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let root: NodeRef<Span> = NodeRef::new();
    // What was chosen may have taken the button away, and focus leaves what goes.
    let fold = move || {
        let _ = open.try_set(false);
    };
    let close = Callback::new(move |()| {
        fold();
        focus_button(root);
    });
    let hovered = Hovered::new(open);
    let rests = move |event: PointerEvent| {
        if hover && event.pointer_type() == "mouse" {
            hovered.rests();
        }
    };
    let pressed_button = move |_| {
        let by_pointer = hovered.keep();
        if by_pointer && open.get_untracked() {
            focus_first(root);
        } else {
            open.update(|open| *open = !*open);
        }
    };
    let left = move |event: FocusEvent| {
        let to = event
            .related_target()
            .and_then(|to| to.dyn_into::<web_sys::Node>().ok());
        if to.is_some() && !holds(root, to.as_ref()) {
            fold();
        }
    };
    let pressed = move |event: KeyboardEvent| {
        if open.try_get_untracked() != Some(true) {
            return;
        }
        match event.key().as_str() {
            "Escape" => {
                event.prevent_default();
                event.stop_propagation();
                close.run(());
            }
            "ArrowDown" if step(root, &event, 1) => event.prevent_default(),
            "ArrowUp" if step(root, &event, -1) => event.prevent_default(),
            _ => {}
        }
    };
    let listener = window_event_listener(leptos::ev::pointerdown, move |event| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        if !holds(root, target.as_ref()) && open.try_get_untracked() == Some(true) {
            fold();
        }
    });
    on_cleanup(move || listener.remove());
    effect(move || {
        // What is only tracked is not worked out, and would seem to change when it is.
        if let Some(of) = of {
            of.with(|_| fold());
        }
    });
    focus_when(open, hovered, root);
    view! {
        <span class="drop" node_ref=root on:keydown=pressed on:focusout=left on:pointerenter=rests on:pointerleave=move |_| hovered.leaves()>
            <button
                type="button"
                class="button quiet"
                class:square=words.is_none()
                class:lit=move || lit.is_some_and(|lit| lit.get())
                data-testid=testid
                aria-expanded=move || open.get().to_string()
                aria-label=move || label.get()
                title=move || label.get()
                on:click=pressed_button
            >
                {icon(shape)} {words.map(|words| view! { <span class="word">{move || words.get()}</span> })}
            </button>
            {move || open.get().then(|| view! { <div class="dropped" tabindex="-1" class:upwards=upwards>{content(close)}</div> })}
        </span>
    }
}

/// What was opened by a press takes the focus.
fn focus_when(open: RwSignal<bool>, hovered: Hovered, root: NodeRef<Span>) {
    effect(move || {
        if open.get() && !hovered.is() {
            request_animation_frame(move || focus_first(root));
        }
    });
}

/// Opened by a resting pointer, it goes with the pointer and takes no focus.
#[derive(Clone, Copy)]
struct Hovered {
    open: RwSignal<bool>,
    inside: StoredValue<bool>,
    opened: StoredValue<bool>,
}

impl Hovered {
    fn new(open: RwSignal<bool>) -> Self {
        Self {
            open,
            inside: StoredValue::new(false),
            opened: StoredValue::new(false),
        }
    }

    /// Was it opened so?
    fn is(self) -> bool {
        self.opened.try_get_value() == Some(true)
    }

    /// From now on it stays without the pointer; tells whether it was opened by it.
    fn keep(self) -> bool {
        let was = self.is();
        let _ = self.opened.try_set_value(false);
        was
    }

    fn rests(self) {
        let _ = self.inside.try_set_value(true);
        let show = move || {
            if self.inside.try_get_value() == Some(true)
                && self.open.try_get_untracked() == Some(false)
            {
                self.opened.set_value(true);
                self.open.set(true);
            }
        };
        set_timeout(show, Duration::from_millis(300));
    }

    fn leaves(self) {
        let _ = self.inside.try_set_value(false);
        let hide = move || {
            if self.inside.try_get_value() == Some(false) && self.is() {
                let _ = self.open.try_set(false);
            }
        };
        set_timeout(hide, Duration::from_millis(250));
    }
}

/// Is something inside?
fn holds(root: NodeRef<Span>, node: Option<&web_sys::Node>) -> bool {
    let root = root.try_get_untracked().flatten();
    root.is_some_and(|root| root.contains(node))
}

fn items(root: NodeRef<Span>) -> Vec<HtmlElement> {
    let root = root.try_get_untracked().flatten();
    root.map_or_else(Vec::new, |root| {
        focus::among(root.query_selector_all(".dropped :is(button, input, a)")).0
    })
}

fn focus_first(root: NodeRef<Span>) {
    if let Some(first) = items(root).first() {
        let _ = first.focus();
    }
}

fn focus_button(root: NodeRef<Span>) {
    let button = root
        .try_get_untracked()
        .flatten()
        .and_then(|root| root.query_selector("button").ok().flatten())
        .and_then(|button| button.dyn_into::<HtmlElement>().ok());
    if let Some(button) = button {
        let _ = button.focus();
    }
}

/// Moves the focus among the items; a field of several lines keeps its arrows.
fn step(root: NodeRef<Span>, event: &KeyboardEvent, by: isize) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok());
    let writes = target
        .as_ref()
        .is_some_and(|it| it.tag_name() == "TEXTAREA");
    let all = items(root);
    if writes || all.is_empty() {
        return false;
    }
    let here = all.iter().position(|item| {
        target
            .as_ref()
            .is_some_and(|it| it.is_same_node(Some(item)))
    });
    let next = here.map_or(0, |here| {
        (here.cast_signed() + by).rem_euclid(all.len().cast_signed())
    });
    all.get(next.cast_unsigned())
        .is_some_and(|item| item.focus().is_ok())
}
