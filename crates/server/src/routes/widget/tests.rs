//! What the web chat's routes do without a running Hilo: names of origins, the frame's policy, numbers, stream lines.

use actix_web::App;
use actix_web::http::{StatusCode, header};
use actix_web::test::{TestRequest, call_service, init_service};
use hilo_app::Widget;
use hilo_app::receive::{Shown, VisitorItem};
use hilo_domain::ChannelId;
use hilo_domain::channel::WidgetSettings;
use serde_json::json;
use uuid::Uuid;

use super::{door, events, pages, stream};
use crate::state::Settings;

fn settings(public_url: Option<&str>) -> Settings {
    Settings {
        listen: "127.0.0.1:8080".parse().unwrap(),
        public_url: public_url.map(str::to_owned),
        trusted_proxies: Vec::new(),
        demo: false,
    }
}

fn widget(origins: &[&str]) -> Widget {
    Widget {
        channel_id: ChannelId::from_uuid(Uuid::nil()),
        settings: WidgetSettings {
            key: "shop".to_owned(),
            origins: origins.iter().map(|origin| (*origin).to_owned()).collect(),
            ..WidgetSettings::default()
        },
    }
}

#[actix_web::test]
async fn a_wrong_method_hears_which_are_right() {
    let app = init_service(App::new().configure(super::configure)).await;
    for (name, methods) in [
        ("session", "POST, OPTIONS"),
        ("events", "GET, POST, OPTIONS"),
        ("ack", "POST, OPTIONS"),
        ("stream", "GET, OPTIONS"),
    ] {
        let request = TestRequest::put().uri(&format!("/widget/v1/shop/{name}"));
        let response = call_service(&app, request.to_request()).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(response.headers().get(header::ALLOW).unwrap(), methods);
    }
}

#[test]
fn the_own_origin_is_the_public_address_or_the_name_that_was_asked() {
    let request = TestRequest::default()
        .insert_header(("Host", "127.0.0.1:8080"))
        .to_http_request();
    let public = settings(Some("https://chat.example.com/hilo"));
    assert_eq!(
        door::own_origins(&request, &public),
        ["https://chat.example.com"]
    );
    assert_eq!(
        door::own_origins(&request, &settings(None)),
        ["http://127.0.0.1:8080", "https://127.0.0.1:8080"]
    );
}

#[test]
fn the_frame_names_its_sites_and_nothing_that_is_no_origin() {
    let widget = widget(&[
        "https://www.taller-hilo.example",
        "https://x.example; script-src *",
    ]);
    let policy = pages::policy(&widget, &["http://127.0.0.1:8080".to_owned()]);
    assert!(
        policy.ends_with(
            "frame-ancestors 'self' http://127.0.0.1:8080 https://www.taller-hilo.example"
        ),
        "{policy}"
    );
    assert!(!policy.contains('*'), "{policy}");
}

#[test]
fn settings_cannot_leave_their_attribute() {
    assert_eq!(
        pages::escaped(r#"{"title":"<b> & \"x\""}"#),
        r"{&quot;title&quot;:&quot;&lt;b&gt; &amp; \&quot;x\&quot;&quot;}"
    );
}

#[test]
fn numbers_of_the_stream_are_whole_and_not_negative() {
    let seven = events::number(" 7 ").unwrap();
    assert_eq!(seven.position.0, 7);
    let dated = events::number("7@3f2a9c1b").unwrap();
    assert_eq!(dated.to_string(), "7@3f2a9c1b");
    for wrong in [
        "",
        "-1",
        "1.5",
        "x",
        "9223372036854775808",
        "99999999999999999999",
    ] {
        assert_eq!(events::number(wrong), None, "{wrong}");
    }
}

#[test]
fn only_what_has_a_number_has_an_id() {
    let item = Shown::Item(VisitorItem {
        seq: 7,
        kind: "message".to_owned(),
        data: json!({"text": "a\nb"}),
    });
    let written = stream::written(&item);
    let written = std::str::from_utf8(&written).unwrap();
    let data = written.strip_prefix("id: 7\ndata: ").unwrap();
    let data = data.strip_suffix("\n\n").unwrap();
    assert!(!data.contains('\n'), "{data}");
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(data).unwrap(),
        json!({"seq": 7, "type": "message", "data": {"text": "a\nb"}})
    );
    let typing = Shown::Typing(json!({"state": "start"}));
    assert!(stream::written(&typing).starts_with(b"data: "));
}
