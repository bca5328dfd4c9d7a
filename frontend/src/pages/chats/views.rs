//! Filters kept under a name: choose, save, rename, delete (P5). Must not know what a filter says.

use leptos::prelude::*;

use crate::i18n::{Key, t, tf};
use crate::remote::Remote;
use crate::session::{inbox, store, views};
use crate::state::views::{LONGEST, Saved};
use crate::ui::drop::Drop;
use crate::ui::icon::{Icon, icon};
use crate::ui::live::{drawn, effect, live};
use crate::ui::trouble::Trouble;

/// The button, and what drops from it.
#[component]
pub(super) fn Views() -> impl IntoView {
    view! { <Drop shape=Icon::Bookmark label=t(Key::ViewTitle) testid="views" content=Box::new(content)/> }
}

fn content(close: Callback<()>) -> AnyView {
    // Another tab or device may have changed them, also while this is open and not looked at.
    effect(|| {
        if store().looked_at.get() {
            views::ask();
        }
    });
    let renamed = RwSignal::new(None::<String>);
    let one = move |saved: Saved| {
        let name = StoredValue::new(saved.name.clone());
        let filter = saved.filter.clone();
        let current = live(move || store().filter.with(|now| *now == filter).then_some("true"));
        let choose = move |_| {
            close.run(());
            inbox::show(saved.filter.clone());
        };
        let label = |of: Key| tf(of, &[("name", &name.get_value())]);
        if renamed.with(|open| open.as_deref() == Some(saved.name.as_str())) {
            let rename = Callback::new(move |typed: String| {
                views::rename(name.get_value(), typed);
                renamed.set(None);
            });
            return view! { <Name label=label(Key::ViewRename) value=name.get_value() save=rename testid="view-name"/> }.into_any();
        }
        view! {
            <div class="view-line">
                <button type="button" class="menu-item" dir="auto" data-testid="view" aria-current=current on:click=choose><span>{name.get_value()}</span></button>
                <button type="button" class="button quiet square small" data-testid="view-rename" aria-label=label(Key::ViewRename) title=label(Key::ViewRename) on:click=move |_| renamed.set(Some(name.get_value()))>{icon(Icon::Edit)}</button>
                <button type="button" class="button quiet square small" data-testid="view-delete" aria-label=label(Key::ViewDelete) title=label(Key::ViewDelete) on:click=move |_| views::delete(name.get_value())>{icon(Icon::Trash)}</button>
            </div>
        }
        .into_any()
    };
    let save = Callback::new(move |typed: String| {
        views::save(
            typed,
            store().filter.with_untracked(|filter| filter.query(true)),
        );
    });
    let all = drawn(move || match store().views.get() {
        Remote::Loading => ().into_any(),
        Remote::Slow => view! { <p class="note">{t(Key::StateLoading)}</p> }.into_any(),
        Remote::Failed(fault) => view! { <Trouble fault again=views::ask/> }.into_any(),
        Remote::Ready(all) if all.is_empty() => {
            view! { <p class="note">{t(Key::ViewNone)}</p> }.into_any()
        }
        Remote::Ready(all) => all.into_iter().map(one).collect_view().into_any(),
    });
    view! {
        {all}
        <Name label=t(Key::ViewSave).to_owned() value=String::new() save testid="view-new"/>
    }
    .into_any()
}

/// A field for a name, with its button.
#[component]
fn Name(
    label: String,
    value: String,
    save: Callback<String>,
    testid: &'static str,
) -> impl IntoView {
    let text = RwSignal::new(value);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let typed = text.get_untracked().trim().to_owned();
        if !typed.is_empty() {
            text.set(String::new());
            save.run(typed);
        }
    };
    view! {
        <form class="tag-form" on:submit=submit>
            <input type="text" dir="auto" maxlength=LONGEST.to_string() data-testid=testid aria-label=label.clone() placeholder=label prop:value=move || text.get() on:input=move |event| text.set(event_target_value(&event))/>
            <button type="submit" class="button">{t(Key::Save)}</button>
        </form>
    }
}
