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
