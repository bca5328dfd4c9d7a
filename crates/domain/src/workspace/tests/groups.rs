//! Groups of agents (A3): made, changed and deleted.

use super::*;
use crate::ids::GroupId;

const SALES: GroupId = GroupId::from_uuid(uuid::Uuid::from_u128(0x61));
const STOCK: GroupId = GroupId::from_uuid(uuid::Uuid::from_u128(0x62));

fn create_group(group_id: GroupId, name: &str) -> WorkspaceCommand {
    WorkspaceCommand::CreateGroup {
        group_id,
        name: name.to_owned(),
        chats: true,
    }
}

fn update(group_id: GroupId, name: Option<&str>, chats: Option<bool>) -> WorkspaceCommand {
    WorkspaceCommand::UpdateGroup {
        group_id,
        name: name.map(str::to_owned),
        chats,
    }
}

fn group_created(group_id: GroupId, name: &str) -> WorkspaceEvent {
    WorkspaceEvent::GroupCreated {
        group_id,
        name: name.to_owned(),
        chats: true,
    }
}

fn with_sales() -> Vec<WorkspaceEvent> {
    vec![created(), group_created(SALES, "Ventas")]
}

#[test]
fn a_group_is_made_once_with_a_name_of_its_own() {
    story([created()])
        .when(create_group(SALES, " Ventas "))
        .then_expect_events(vec![group_created(SALES, "Ventas")]);
    story(with_sales())
        .when(create_group(SALES, "Ventas"))
        .then_expect_events(vec![]);
    story(with_sales())
        .when(create_group(STOCK, "VENTAS"))
        .then_expect_error(WorkspaceRefusal::GroupNameTaken);
    story(with_sales())
        .when(create_group(STOCK, "  "))
        .then_expect_error(WorkspaceRefusal::GroupNameInvalid { limit: 80 });
    story(with_sales())
        .when(create_group(STOCK, "\u{200d}"))
        .then_expect_error(WorkspaceRefusal::GroupNameInvalid { limit: 80 });
    story([])
        .when(create_group(SALES, "Ventas"))
        .then_expect_error(WorkspaceRefusal::WorkspaceNotFound);
}

#[test]
fn there_are_so_many_groups_at_most() {
    let ids = (0..u128::from(MOST_GROUPS)).map(uuid::Uuid::from_u128);
    let groups = ids.map(|id| group_created(GroupId::from_uuid(id), &id.to_string()));
    story([created()].into_iter().chain(groups))
        .when(create_group(
            GroupId::from_uuid(uuid::Uuid::from_u128(1 << 64)),
            "Ventas",
        ))
        .then_expect_error(WorkspaceRefusal::TooManyGroups { limit: MOST_GROUPS });
}

#[test]
fn a_group_changes_in_what_is_given_and_nothing_else() {
    story(with_sales())
        .when(update(SALES, Some("Tienda"), Some(false)))
        .then_expect_events(vec![
            WorkspaceEvent::GroupRenamed {
                group_id: SALES,
                name: "Tienda".to_owned(),
            },
            WorkspaceEvent::GroupRightsChanged {
                group_id: SALES,
                chats: false,
            },
        ]);
    story(with_sales())
        .when(update(SALES, Some("Ventas"), Some(true)))
        .then_expect_events(vec![]);
    story(with_sales())
        .when(update(STOCK, None, None))
        .then_expect_error(WorkspaceRefusal::GroupNotFound);
}

#[test]
fn a_group_is_deleted_once_and_its_name_is_free_again() {
    let deleted = WorkspaceEvent::GroupDeleted { group_id: SALES };
    let delete = WorkspaceCommand::DeleteGroup { group_id: SALES };
    story(with_sales())
        .when(delete.clone())
        .then_expect_events(vec![deleted.clone()]);
    story(with_sales())
        .and(vec![deleted.clone()])
        .when(delete)
        .then_expect_events(vec![]);
    story(with_sales())
        .and(vec![deleted])
        .when(create_group(STOCK, "Ventas"))
        .then_expect_events(vec![group_created(STOCK, "Ventas")]);
}
