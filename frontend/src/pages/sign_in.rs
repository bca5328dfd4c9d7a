//! Signing in. Must not say which of e-mail and password was wrong.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::graphql::DemoSignIn;
use crate::api::mutations::{SignIn as SignInMutation, SignInInput};
use crate::api::request::Give;
use crate::i18n::{Key, t, tf};
use crate::session::{self, store};
use crate::ui::avatar::Avatar;
use crate::ui::field::Field;
use crate::ui::menu::Languages;
use crate::ui::names;

/// The page.
#[component]
pub fn SignIn() -> impl IntoView {
    let (name, demo) = store().boot.with_untracked(|boot| {
        boot.ready()
            .map(|boot| (boot.workspace.name.clone(), boot.workspace.demo.clone()))
            .unwrap_or_default()
    });
    let title = name.map_or_else(
        || t(Key::SignInTitle).to_owned(),
        |name| tf(Key::SignInTitleOf, &[("name", &name)]),
    );
    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let submit = move || {
        if !busy.get_untracked() {
            busy.set(true);
            wrong.set(None);
            sign_in(email.get_untracked(), password.get_untracked(), wrong, busy);
        }
    };
    let choose = Callback::new(move |sign_in: DemoSignIn| {
        email.set(sign_in.email);
        password.set(sign_in.password);
        submit();
    });
    view! {
        <Door title>
            <form on:submit=move |event| { event.prevent_default(); submit(); }>
                <Field id="email" label=t(Key::FieldEmail) kind="email" value=email autocomplete="username" testid="sign-in-email" focus=true/>
                <Field id="password" label=t(Key::FieldPassword) kind="password" value=password autocomplete="current-password" testid="sign-in-password" wrong=wrong/>
                <button type="submit" class="button primary wide" data-testid="sign-in-submit" aria-busy=move || busy.get().to_string()>
                    {t(Key::SignInButton)}
                </button>
            </form>
            <Demo demo choose/>
        </Door>
    }
}

fn sign_in(email: String, password: String, wrong: RwSignal<Option<String>>, busy: RwSignal<bool>) {
    spawn_local(async move {
        let input = SignInInput { email, password };
        let answer = SignInMutation::send(input).await;
        let _ = busy.try_set(false);
        match answer {
            Ok(_) => session::boot(),
            Err(fault) => {
                let _ = wrong.try_set(Some(fault.words()));
            }
        }
    });
}

/// The frame of the pages before the sign-in.
#[component]
pub fn Door(title: String, children: Children) -> impl IntoView {
    view! {
        <main id="main" class="door">
            <div class="door-card">
                <p class="wordmark"><i class="thread-line still"></i>"Hilo"</p>
                <h1>{title}</h1>
                {children()}
            </div>
            <Languages/>
        </main>
    }
}

#[component]
fn Demo(demo: Vec<DemoSignIn>, choose: Callback<DemoSignIn>) -> impl IntoView {
    let one = move |sign_in: DemoSignIn| {
        let (name, role, email) = (
            sign_in.name.clone(),
            names::role(sign_in.role),
            sign_in.email.clone(),
        );
        view! {
            <li>
                <button type="button" class="person" data-testid="demo-sign-in" data-email=email.clone() on:click=move |_| choose.run(sign_in.clone())>
                    <Avatar id=email.clone() name=name.clone()/>
                    <span><strong>{name}</strong><span>{role}</span></span>
                </button>
            </li>
        }
    };
    (!demo.is_empty()).then(move || {
        view! {
            <section class="demo" aria-labelledby="demo-title">
                <h2 id="demo-title">{t(Key::SignInDemo)}</h2>
                <ul>{demo.into_iter().map(one).collect_view()}</ul>
            </section>
        }
    })
}
