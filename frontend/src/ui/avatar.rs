//! A round with initials, coloured by id, with the channel's badge at its corner. Must not load pictures.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use super::names;
use crate::api::graphql::ChannelKind;
use crate::state::avatar;

/// Somebody without a picture; `name` is empty for an unknown client.
#[component]
pub fn Avatar(
    id: String,
    name: String,
    #[prop(optional)] channel: Option<ChannelKind>,
) -> impl IntoView {
    let initials = avatar::initials(&name);
    let face = if initials.is_empty() {
        icon(Icon::People).into_any()
    } else {
        initials.into_any()
    };
    view! {
        <span class="avatar" data-hue=avatar::hue(&id).to_string()>
            <span class="avatar-face" aria-hidden="true">{face}</span>
            {channel.map(|kind| view! {
                <span class="badge" data-kind=format!("{kind:?}") title=names::channel_kind(kind)>{icon(Icon::of_channel(kind))}</span>
            })}
        </span>
    }
}
