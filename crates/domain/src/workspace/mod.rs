//! The workspace: the company that a database belongs to.

mod aggregate;
mod command;
mod decide;
mod event;
mod group;
mod refusal;
mod settings;
mod state;
#[cfg(test)]
mod tests;

pub use command::WorkspaceCommand;
pub use decide::{LANGUAGES, decide};
pub use event::WorkspaceEvent;
pub use group::MOST_GROUPS;
pub use refusal::WorkspaceRefusal;
pub use settings::{
    ChatDisplay, Distribution, FRAME_ORIGINS_LIMIT, LONGEST_IDLE_MINUTES, SettingsChange,
    WorkspaceSettings,
};
pub use state::{Created, Group, Workspace, evolve};
