//! A small player of sounds: play, place, speed. One plays at a time. Must not fetch by itself: the browser does.

use std::cell::RefCell;

use leptos::html::Audio;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlMediaElement;

use super::media::name;
use crate::api::graphql::Attachment;
use crate::i18n::{Key, decimal, now, t, tf};
use crate::state::files::clock;
use crate::ui::icon::{Icon, icon};
use crate::ui::live::{drawn, effect, live};

thread_local! {
    // What played when its row was drawn anew: file, place, speed, and when that was.
    static CUT: RefCell<Option<(String, f64, usize, f64)>> = const { RefCell::new(None) };
}

/// How long after it was taken away a sound goes on by itself, in milliseconds.
const GOES_ON: f64 = 500.0;

/// How fast a sound can be played.
const SPEEDS: [f64; 3] = [1.0, 1.5, 2.0];

/// The player of one sound.
#[component]
pub fn Sound(file: Attachment, lost: Callback<()>) -> impl IntoView {
    let element: NodeRef<Audio> = NodeRef::new();
    let plays = RwSignal::new(false);
    let at = RwSignal::new(0.0);
    let known = file.duration_ms.map(|length| f64::from(length) / 1000.0);
    let length = RwSignal::new(known.unwrap_or_default());
    let speed = RwSignal::new(0_usize);
    let with = move |act: &dyn Fn(&HtmlMediaElement)| {
        if let Some(audio) = element.try_get_untracked().flatten() {
            act(&audio);
        }
    };
    let toggle = move |_| {
        with(&|audio| {
            if audio.paused() {
                // A refused start is told by the event `error`, or changes nothing.
                let _ = audio.play();
            } else {
                let _ = audio.pause();
            }
        });
    };
    keep_playing(
        file.id.inner().to_owned(),
        element,
        Playing { plays, at, speed },
    );
    let moved = move |_| with(&|audio| at.set(audio.current_time()));
    let learned = move |_| {
        with(&|audio| {
            if audio.duration().is_finite() {
                length.set(audio.duration());
            }
        });
    };
    let started = move |_| {
        plays.set(true);
        with(&pause_others);
    };
    let seek = move |event| {
        // The browser reads the number: Rust's reader brings a table of ten kilobytes.
        let field = event_target::<web_sys::HtmlInputElement>(&event);
        let place = field.value_as_number();
        if place.is_finite() {
            at.set(place);
            with(&|audio| audio.set_current_time(place));
        }
    };
    let fast = move || SPEEDS.get(speed.get()).copied().unwrap_or(1.0);
    let faster = move |_| {
        speed.update(|speed| *speed = (*speed + 1) % SPEEDS.len());
        with(&|audio| audio.set_playback_rate(fast()));
    };
    let label = live(move || {
        t(if plays.get() {
            Key::FilePause
        } else {
            Key::FilePlay
        })
    });
    let shape = drawn(move || icon(if plays.get() { Icon::Pause } else { Icon::Play }));
    let said = live(move || format!("{} / {}", clock(at.get()), clock(length.get())));
    view! {
        <div class="sound" data-testid="sound" role="group" aria-label=name(&file)>
            <button type="button" class="button quiet square" data-testid="sound-play" aria-label=label.clone() title=label on:click=toggle>{shape}</button>
            <input type="range" min="0" step="0.1" prop:max=move || length.get().max(0.1) prop:value=move || at.get() aria-label=t(Key::FileSeek) aria-valuetext=said.clone() on:input=seek/>
            <span class="sound-time" data-testid="sound-time">{said}</span>
            <button type="button" class="button quiet small" data-testid="sound-speed" title=t(Key::FileSpeed) aria-label=move || format!("{} {}", t(Key::FileSpeed), decimal(fast())) on:click=faster>{move || format!("{}×", decimal(fast()))}</button>
            <a class="button quiet square small" href=file.url.clone() download=name(&file) aria-label=tf(Key::FileSave, &[("name", &name(&file))])>{icon(Icon::Save)}</a>
            <audio
                node_ref=element
                src=file.url.clone()
                preload=if known.is_some() { "none" } else { "metadata" }
                on:play=started
                on:pause=move |_| { let _ = plays.try_set(false); }
                on:ended=move |_| { let _ = plays.try_set(false); }
                on:timeupdate=moved
                on:loadedmetadata=learned
                on:error=move |_| lost.run(())
            ></audio>
        </div>
    }
}

/// What is known of a sound while it plays.
#[derive(Clone, Copy)]
struct Playing {
    plays: RwSignal<bool>,
    at: RwSignal<f64>,
    speed: RwSignal<usize>,
}

/// Goes on where the sound was when its row is drawn anew.
fn keep_playing(file_id: String, element: NodeRef<Audio>, playing: Playing) {
    let Playing { plays, at, speed } = playing;
    let same = file_id.clone();
    effect(move || {
        let Some(audio) = element.get() else { return };
        let cut = CUT.with_borrow_mut(|cut| cut.take_if(|(of, ..)| *of == same));
        if let Some((_, place, rate, _)) = cut.filter(|(.., when)| now() - when < GOES_ON) {
            speed.set(rate);
            audio.set_current_time(place);
            audio.set_playback_rate(SPEEDS.get(rate).copied().unwrap_or(1.0));
            let _ = audio.play();
        }
    });
    on_cleanup(move || {
        if plays.try_get_untracked() == Some(true) {
            let place = at.try_get_untracked().unwrap_or_default();
            let rate = speed.try_get_untracked().unwrap_or_default();
            CUT.set(Some((file_id, place, rate, now())));
        }
    });
}

fn pause_others(this: &HtmlMediaElement) {
    let Ok(all) = document().query_selector_all("audio, video") else {
        return;
    };
    for other in (0..all.length()).filter_map(|index| all.item(index)) {
        if let Ok(other) = other.dyn_into::<HtmlMediaElement>()
            && !other.is_same_node(Some(this))
        {
            let _ = other.pause();
        }
    }
}
