//! The workspace's rules, command by command, and as a property over random stories.

mod groups;

use cqrs_es::test::AggregateTestExecutor;
use proptest::prelude::*;

use super::*;
use crate::ids::WorkspaceId;
use crate::scenario::*;

fn story(events: impl IntoIterator<Item = WorkspaceEvent>) -> AggregateTestExecutor<Workspace> {
    given::<Workspace>((), events.into_iter().collect())
}

fn create(name: &str, language: &str) -> WorkspaceCommand {
    WorkspaceCommand::CreateWorkspace {
        workspace_id: WorkspaceId::ONLY,
        name: name.to_owned(),
        language: language.to_owned(),
    }
}

fn created() -> WorkspaceEvent {
    WorkspaceEvent::WorkspaceCreated {
        workspace_id: WorkspaceId::ONLY,
        name: "Taller Hilo".to_owned(),
        language: "es".to_owned(),
    }
}

fn rename(name: &str) -> WorkspaceCommand {
    WorkspaceCommand::RenameWorkspace {
        name: name.to_owned(),
    }
}

#[test]
fn taking_opened_texts_is_recorded_each_time_even_before_set_up() {
    let record = || WorkspaceCommand::RecordExport {
        account: "deploy".to_owned(),
        after: 0,
        up_to: 7,
    };
    let recorded = || WorkspaceEvent::JournalExported {
        account: "deploy".to_owned(),
        after: 0,
        up_to: 7,
    };
    story([])
        .when(record())
        .then_expect_events(vec![recorded()]);
    story([created(), recorded()])
        .when(record())
        .then_expect_events(vec![recorded()]);
}

mod change_settings {
    use super::*;
    use crate::workspace::{ChatDisplay, Distribution, SettingsChange, WorkspaceSettings};

    fn change(change: SettingsChange) -> WorkspaceCommand {
        WorkspaceCommand::ChangeWorkspaceSettings { change }
    }

    fn idle(minutes: u32) -> SettingsChange {
        SettingsChange {
            auto_close_minutes: Some(Some(minutes)),
            ..SettingsChange::default()
        }
    }

    fn changed(settings: WorkspaceSettings) -> WorkspaceEvent {
        WorkspaceEvent::WorkspaceSettingsChanged { settings }
    }

    #[test]
    fn what_is_not_named_stays_as_it_was() {
        let section = WorkspaceSettings {
            display: ChatDisplay::Section,
            ..WorkspaceSettings::default()
        };
        let both = WorkspaceSettings {
            distribution: Distribution::RoundRobin,
            ..section.clone()
        };
        story([created(), changed(section)])
            .when(change(SettingsChange {
                distribution: Some(Distribution::RoundRobin),
                ..SettingsChange::default()
            }))
            .then_expect_events(vec![changed(both)]);
    }

    #[test]
    fn settings_as_they_are_already_are_no_event() {
        let on = SettingsChange {
            chats_on: Some(true),
            auto_close_minutes: Some(None),
            ..SettingsChange::default()
        };
        story([created()])
            .when(change(on))
            .then_expect_events(vec![]);
    }

    /// A14.
    #[test]
    fn chats_are_switched_by_an_event_of_their_own() {
        let switch = |on| {
            change(SettingsChange {
                chats_on: Some(on),
                ..SettingsChange::default()
            })
        };
        let off = || WorkspaceEvent::ChatsSwitched { on: false };
        story([created()])
            .when(switch(false))
            .then_expect_events(vec![off()]);
        story([created(), off()])
            .when(switch(false))
            .then_expect_events(vec![]);
        story([created(), off()])
            .when(switch(true))
            .then_expect_events(vec![WorkspaceEvent::ChatsSwitched { on: true }]);
    }

    #[test]
    fn chats_are_idle_for_a_minute_at_least_and_a_year_at_most() {
        let refusal = || WorkspaceRefusal::AutoCloseInvalid { limit: 525_600 };
        for minutes in [0, 525_601, u32::MAX] {
            story([created()])
                .when(change(idle(minutes)))
                .then_expect_error(refusal());
        }
        for minutes in [1, 525_600] {
            let settings = WorkspaceSettings {
                auto_close_minutes: Some(minutes),
                ..WorkspaceSettings::default()
            };
            story([created()])
                .when(change(idle(minutes)))
                .then_expect_events(vec![changed(settings)]);
        }
    }

    fn frames(origins: &[&str]) -> SettingsChange {
        SettingsChange {
            frame_origins: Some(origins.iter().map(|&it| it.to_owned()).collect()),
            ..SettingsChange::default()
        }
    }

    /// A9.
    #[test]
    fn sites_that_may_frame_the_chats_are_exact_origins_each_once() {
        let site = "https://crm.example.com";
        let one = WorkspaceSettings {
            frame_origins: vec![site.to_owned()],
            ..WorkspaceSettings::default()
        };
        story([created()])
            .when(change(frames(&[site, site])))
            .then_expect_events(vec![changed(one.clone())]);
        story([created(), changed(one)])
            .when(change(frames(&[])))
            .then_expect_events(vec![changed(WorkspaceSettings::default())]);
        for origin in [
            "*",
            "https://*.example.com",
            "https://a.example/",
            "https://a.example; script-src *",
        ] {
            let refusal = WorkspaceRefusal::OriginInvalid {
                origin: origin.to_owned(),
            };
            story([created()])
                .when(change(frames(&[origin])))
                .then_expect_error(refusal);
        }
        let many: Vec<String> = (0..21).map(|n| format!("https://s{n}.example")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        story([created()])
            .when(change(frames(&many)))
            .then_expect_error(WorkspaceRefusal::TooManyOrigins { limit: 20 });
    }

    #[test]
    fn before_set_up_there_is_nothing_to_change() {
        story([])
            .when(change(idle(5)))
            .then_expect_error(WorkspaceRefusal::WorkspaceNotFound);
    }
}

mod create_workspace {
    use super::*;

    #[test]
    fn a_company_starts_once() {
        story([])
            .when(create(" Taller Hilo ", "es"))
            .then_expect_events(vec![created()]);
        story([created()])
            .when(create("Other", "en"))
            .then_expect_events(vec![]);
    }

    #[test]
    fn it_has_a_name_and_a_language_of_hilo() {
        story([])
            .when(create("  ", "es"))
            .then_expect_error(WorkspaceRefusal::NameInvalid { limit: 80 });
        story([])
            .when(create("\u{3164}\u{200b}", "es"))
            .then_expect_error(WorkspaceRefusal::NameInvalid { limit: 80 });
        story([])
            .when(create(&"x".repeat(81), "es"))
            .then_expect_error(WorkspaceRefusal::NameInvalid { limit: 80 });
        story([])
            .when(create("A", "de"))
            .then_expect_error(WorkspaceRefusal::LanguageUnknown);
    }
}

mod rename_workspace {
    use super::*;

    #[test]
    fn a_new_name_counts_and_the_same_name_is_no_news() {
        story([created()])
            .when(rename("Taller"))
            .then_expect_events(vec![WorkspaceEvent::WorkspaceRenamed {
                name: "Taller".to_owned(),
            }]);
        story([created()])
            .when(rename("Taller Hilo "))
            .then_expect_events(vec![]);
        story([created()])
            .when(rename(""))
            .then_expect_error(WorkspaceRefusal::NameInvalid { limit: 80 });
        story([])
            .when(rename("A"))
            .then_expect_error(WorkspaceRefusal::WorkspaceNotFound);
    }
}

proptest! {
    #[test]
    fn a_workspace_keeps_its_promises(
        commands in prop::collection::vec((prop::bool::ANY, "[ab]{0,3}"), 0..20)
    ) {
        let mut workspace = Workspace::default();
        let mut journal = Vec::new();
        for (make, name) in commands {
            let command = if make { create(&name, "pl") } else { rename(&name) };
            let Ok(events) = decide(&workspace, command.clone(), &()) else { continue };
            for event in events {
                evolve(&mut workspace, &event);
                journal.push(event);
            }
            prop_assert_eq!(decide(&workspace, command, &()), Ok(Vec::new()));
        }
        prop_assert_eq!(&fold::<Workspace>(&journal), &workspace);
        holds_nothing_personal(&workspace, &[]);
    }
}
