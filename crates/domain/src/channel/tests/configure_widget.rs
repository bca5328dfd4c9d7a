//! What a web chat looks like and asks.

use super::*;

#[test]
fn new_settings_count_and_the_same_settings_are_no_news() {
    let mut other = widget();
    other.greeting = Some("¡Hola!".to_owned());
    other.color = Some("#1A2B3D".to_owned());
    let mut stored = other.clone();
    stored.color = Some("#1a2b3d".to_owned());
    story([connected()])
        .when(ChannelCommand::ConfigureWidget { widget: other })
        .then_expect_events(vec![ChannelEvent::WidgetConfigured { widget: stored }]);
    story([connected()])
        .when(ChannelCommand::ConfigureWidget { widget: widget() })
        .then_expect_events(vec![]);
}

#[test]
fn the_key_stays_because_sites_carry_it() {
    let mut other = widget();
    other.key = "other".to_owned();
    story([connected()])
        .when(ChannelCommand::ConfigureWidget { widget: other })
        .then_expect_error(ChannelRefusal::WidgetKeyFixed);
}

#[test]
fn a_channel_without_a_widget_gets_none() {
    let email = ChannelEvent::ChannelConnected {
        channel_id: CHANNEL,
        kind: ChannelKind::Email,
        name: "Mail".to_owned(),
        widget: None,
        page: None,
        transport: Transport::Own,
        reports: None,
    };
    let command = ChannelCommand::ConfigureWidget { widget: widget() };
    story([email])
        .when(command.clone())
        .then_expect_error(ChannelRefusal::WidgetNotAllowed);
    story([])
        .when(command)
        .then_expect_error(ChannelRefusal::ChannelNotFound);
}

#[test]
fn keys_texts_and_colours_have_their_form() {
    for key in ["", "ab", "Shop", "a b c", "a/b", "ñandu", &"x".repeat(65)] {
        refuses_widget(
            |w| w.key = key.to_owned(),
            &ChannelRefusal::WidgetKeyInvalid,
        );
    }
    for color in [
        "", "red", "#12345", "#1234567", "#12345g", "1234567", "#ééé",
    ] {
        refuses_widget(
            |w| w.color = Some(color.to_owned()),
            &ChannelRefusal::ColorInvalid,
        );
    }
    let (title, greeting) = ("x".repeat(81), "x".repeat(301));
    refuses_widget(
        |w| w.title = Some(title.clone()),
        &ChannelRefusal::TitleTooLong { limit: 80 },
    );
    refuses_widget(
        |w| w.greeting = Some(greeting.clone()),
        &ChannelRefusal::GreetingTooLong { limit: 300 },
    );
}

#[test]
fn origins_are_exactly_what_a_browser_sends() {
    for origin in [
        "https://a.example",
        "http://localhost:8080",
        "http://127.0.0.1:3000",
        "https://[::1]:8443",
        "http://[::1]",
        "https://xn--caf-dma.example",
    ] {
        let mut w = widget();
        w.origins = vec![origin.to_owned(); 2];
        let events = story([connected()])
            .when(ChannelCommand::ConfigureWidget { widget: w })
            .inspect_result()
            .unwrap();
        assert!(
            matches!(&events[0], ChannelEvent::WidgetConfigured { widget } if widget.origins == [origin])
        );
    }
    for origin in [
        "",
        "*",
        "null",
        "a.example",
        "ftp://a.example",
        "https://",
        "https://a.example/",
        "https://A.example",
        "https://a.example:443",
        "http://a.example:80",
        "https://a.example:",
        "https://a.example:0",
        "https://a.example:99999",
        "https://a:b@c.example",
        "https://*.example",
        "https://a..example",
        "https://[zz]",
        "https://[::1",
        "https://[::1]x",
        "https://café.example",
    ] {
        let refusal = ChannelRefusal::OriginInvalid {
            origin: origin.to_owned(),
        };
        refuses_widget(|w| w.origins = vec![origin.to_owned()], &refusal);
    }
    refuses_widget(
        |w| w.origins = (0..51).map(|n| format!("https://s{n}.example")).collect(),
        &ChannelRefusal::TooManyOrigins { limit: 50 },
    );
}
