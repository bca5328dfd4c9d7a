//! Bad input at the widget's doors: always 4xx with a reason, never 5xx, never another's data.

use anyhow::Result;
use hilo_tests::visitor::{Door, SITE};
use hilo_tests::{At as _, Company, Visitor};
use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};

/// Sends, checks the status, and gives the reason.
async fn refused(request: RequestBuilder, expected: &[u16]) -> Result<String> {
    let response = request.send().await?;
    let status = response.status().as_u16();
    let text = response.text().await?;
    assert!(expected.contains(&status), "{status}: {text}");
    assert!(!text.is_empty(), "{status} without a reason");
    Ok(text)
}

#[tokio::test]
async fn a_wrong_key_is_not_found() -> Result<()> {
    let company = Company::found().await?;
    let long = "x".repeat(1000);
    for key in ["nobody", "..%2f..%2fetc", "'--", "%00", "a b", &long] {
        let door = Door::of(&company.hilo.url, key)?;
        refused(door.post("session").json(&json!({})), &[404]).await?;
        refused(
            door.post("events").bearer_auth("x").json(&json!({})),
            &[401, 403, 404],
        )
        .await?;
        for place in ["stream", "frame"] {
            refused(door.get(place), &[401, 403, 404]).await?;
        }
        let (status, _) = company.admin.page(&format!("/widget/v1/{key}.js")).await?;
        assert!(status.is_client_error(), "{key}: {status}");
    }
    Ok(())
}

#[tokio::test]
async fn a_site_that_is_not_listed_is_refused() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    for origin in [
        "https://evil.example",
        "null",
        "https://www.taller-hilo.example.evil.example",
        "http://www.taller-hilo.example",
        "https://www.taller-hilo.example:8443",
        "",
    ] {
        let mut door = visitor.door.clone();
        door.origin = origin.to_owned();
        let reason = refused(door.post("session").json(&json!({})), &[403]).await?;
        assert!(reason.contains("origin"), "{origin}: {reason}");
        refused(door.get("stream").bearer_auth(&visitor.token), &[403]).await?;
    }
    // Hilo's own pages may ask: the frame runs there.
    let mut own = visitor.door.clone();
    own.origin = company.hilo.url.clone();
    assert!(
        own.post("session")
            .json(&json!({}))
            .send()
            .await?
            .status()
            .is_success()
    );
    Ok(())
}

#[tokio::test]
async fn cross_origin_answers_name_that_origin_only() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    let response = visitor.door.post("session").json(&json!({})).send().await?;
    let header = |name: &str| {
        let value = response
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    assert_eq!(header("access-control-allow-origin"), SITE);
    assert_eq!(header("access-control-allow-credentials"), "");
    assert!(header("vary").to_lowercase().contains("origin"));
    Ok(())
}

#[tokio::test]
async fn a_wrong_token_is_unauthorized() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    let mut forged = visitor.token.clone();
    let last = forged.pop().unwrap_or('a');
    forged.push(if last == 'A' { 'B' } else { 'A' });
    let event = Visitor::event("message.text", json!({"text": "hola"}));
    let doubled = visitor.token.repeat(2);
    for token in ["", "x", &forged, &doubled, "eyJhbGciOiJub25lIn0.e30."] {
        for request in [
            visitor.door.post("events").json(&event),
            visitor.door.post("ack").json(&json!({"seq": 0})),
            visitor.door.get("stream"),
            visitor.door.get("events?after=0"),
        ] {
            refused(request.bearer_auth(token), &[401]).await?;
        }
    }
    refused(visitor.door.post("events").json(&event), &[401]).await?;
    // A token of one widget opens no other.
    hilo_tests::company::connect_web_chat(&company.admin, "Otra", "otra").await?;
    let other = Door::of(&company.hilo.url, "otra")?;
    refused(
        other
            .post("events")
            .bearer_auth(&visitor.token)
            .json(&event),
        &[401, 404],
    )
    .await?;
    Ok(())
}

#[tokio::test]
async fn a_forged_identity_is_refused_and_not_taken_for_anonymous() -> Result<()> {
    let company = Company::found().await?;
    let good = company.identity_hash("cust-1")?;
    let upper = good.to_uppercase();
    let other = company.identity_hash("cust-2")?;
    let short = good.get(..63).unwrap_or_default().to_owned();
    for hash in ["", "x", &upper, &other, &short] {
        let request = json!({"identity": {"user_id": "cust-1", "name": "Paweł", "hash": hash}});
        let door = Door::of(&company.hilo.url, &company.key)?;
        let reason = refused(door.post("session").json(&request), &[403]).await?;
        assert!(reason.contains("identity_invalid"), "{reason}");
        assert!(!reason.contains("token\""), "{reason}");
    }
    Ok(())
}

#[tokio::test]
async fn oversized_bodies_are_too_large() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    let event = Visitor::event("message.text", json!({"text": "x".repeat(70_000)}));
    refused(
        visitor
            .door
            .post("events")
            .bearer_auth(&visitor.token)
            .json(&event),
        &[413],
    )
    .await?;
    let many: Vec<Value> = (0..51)
        .map(|_| Visitor::event("page_view", json!({"url": SITE})))
        .collect();
    let many = visitor
        .door
        .post("events")
        .bearer_auth(&visitor.token)
        .json(&json!({"events": many}));
    refused(many, &[400, 413]).await?;
    let session = json!({"page": {"url": SITE, "title": "x".repeat(70_000)}});
    refused(visitor.door.post("session").json(&session), &[413]).await?;
    Ok(())
}

#[tokio::test]
async fn malformed_bodies_are_refused_with_a_reason() -> Result<()> {
    let company = Company::found().await?;
    let bodies: [&[u8]; 10] = [
        b"",
        b"{",
        b"null",
        b"7",
        b"\"text\"",
        b"{\"events\":7}",
        b"{\"events\":{}}",
        b"\xff\xfe",
        b"{\"client_event_id\":\"x\"",
        b"[[[[[[[[[[",
    ];
    for body in bodies {
        // A new visitor each time, so that no limit stands in between.
        let visitor = company.visitor().await?;
        let request = visitor.door.post("events").bearer_auth(&visitor.token);
        let request = request
            .header("content-type", "application/json")
            .body(body.to_vec());
        refused(request, &[400]).await?;
    }
    Ok(())
}

/// One wrong event is rejected in its result; the request itself is 200.
#[tokio::test]
async fn wrong_events_are_rejected_one_by_one() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    let id = "77717e14-11a0-4c22-a142-e0ffba11512b";
    let wrong = [
        json!({}),
        json!({"client_event_id": id}),
        json!({"client_event_id": "x", "type": "end", "data": {}}),
        Visitor::event("", json!({})),
        Visitor::event("message.text", json!({})),
        Visitor::event("message.text", json!({"text": 7})),
        Visitor::event("message.text", json!({"text": "a\u{0}b"})),
        Visitor::event("message.text", json!({"text": "x".repeat(1001)})),
        Visitor::event(
            "message.edit",
            json!({"client_message_id": id, "text": "x"}),
        ),
        Visitor::event("message.delete", json!({"client_message_id": "nonsense"})),
        Visitor::event("reaction", json!({"message_id": id, "emoji": "👍"})),
        Visitor::event("reaction", json!({"message_id": "nonsense", "emoji": "👍"})),
        Visitor::event("read", json!({"up_to_seq": -1})),
        Visitor::event("typing", json!({"state": "maybe"})),
        Visitor::event("page_view", json!({"url": "javascript:alert(1)"})),
        Visitor::event("rating", json!({"score": "five"})),
        Visitor::event("message.attachment", json!({"upload_id": "up_1"})),
    ];
    for event in wrong {
        let result = visitor.send(&json!({"events": [event]})).await?;
        assert_eq!(result.text("/status"), "rejected", "{event}");
        assert!(!result.at("/error").is_null(), "{event}");
    }
    Ok(())
}

/// The frame may be embedded by the widget's sites only, and by no other page of Hilo.
#[tokio::test]
async fn the_frame_is_for_the_listed_sites() -> Result<()> {
    let company = Company::found().await?;
    let door = Door::of(&company.hilo.url, &company.key)?;
    let response = door.get("frame").send().await?;
    assert_eq!(response.status(), StatusCode::OK);
    let policy = response.headers().get("content-security-policy");
    let policy = policy
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let ancestors = policy
        .split(';')
        .find(|part| part.contains("frame-ancestors"));
    let ancestors = ancestors.unwrap_or_default();
    assert!(ancestors.contains(SITE), "{policy}");
    assert!(!ancestors.contains('*'), "{policy}");
    Ok(())
}
