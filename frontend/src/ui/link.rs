//! Links: those inside Hilo change the page without a reload, those outside open apart and tell nobody where from.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlAnchorElement, MouseEvent};

use crate::route::Route;
use crate::state::links::{Piece, pieces};

/// The page that a plain click on a link inside Hilo leads to.
pub fn inner_target(event: &MouseEvent) -> Option<Route> {
    let plain = event.button() == 0
        && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
    if !plain || event.default_prevented() {
        return None;
    }
    target(event)
}

/// The page that the link inside Hilo leads to which this happened to.
pub fn target(event: &Event) -> Option<Route> {
    let element: web_sys::Element = event.target()?.dyn_into().ok()?;
    let link: HtmlAnchorElement = element.closest("a[data-inner]").ok()??.dyn_into().ok()?;
    let route = Route::parse(&link.pathname(), &link.search());
    (route != Route::NotFound).then_some(route)
}

/// A text with its web addresses as links. The text is data: it becomes text nodes only.
pub fn linked(text: &str) -> impl IntoView + use<> {
    let piece = |piece: Piece| match piece {
        Piece::Text(text) => text.into_any(),
        Piece::Link(address) => {
            let href = address.clone();
            view! { <a href=href target="_blank" rel="noopener noreferrer nofollow">{address}</a> }
                .into_any()
        }
    };
    pieces(text).into_iter().map(piece).collect_view()
}
