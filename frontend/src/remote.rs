//! Data from the server and how far it has come. There is no `Option` here that means "loading".

use crate::api::fault::Fault;

/// What is known of something that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Remote<T> {
    /// Asked for, not here; show nothing yet.
    #[default]
    Loading,
    /// It takes longer than 150 ms: show its shape.
    Slow,
    /// Here.
    Ready(T),
    /// It did not come.
    Failed(Fault),
}

impl<T> Remote<T> {
    /// The thing itself, if it is here.
    pub fn ready(&self) -> Option<&T> {
        match self {
            Self::Ready(value) => Some(value),
            Self::Loading | Self::Slow | Self::Failed(_) => None,
        }
    }

    /// Why it did not come.
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Failed(fault) => Some(fault),
            Self::Loading | Self::Slow | Self::Ready(_) => None,
        }
    }

    /// The thing itself, to change it.
    pub fn ready_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Ready(value) => Some(value),
            Self::Loading | Self::Slow | Self::Failed(_) => None,
        }
    }
}
