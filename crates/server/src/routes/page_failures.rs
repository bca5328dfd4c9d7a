//! Where a page tells that its program has failed: the place in the source, nothing else. What a person wrote or read
//! must not come this way, so whatever does not look like a place is refused.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use actix_web::web::{self, Bytes, Data, PayloadConfig, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

use super::graphql::origin;
use crate::state::AppState;

/// The longest place, in bytes.
const LONGEST: usize = 200;

/// How many are written down in a minute, from all pages together: a log is not to be filled from outside.
const MOST: u32 = 30;
const MINUTE: Duration = Duration::from_secs(60);

static HEARD: Mutex<Heard> = Mutex::new(Heard {
    since: None,
    count: 0,
});

/// Registers the address.
pub fn configure(config: &mut ServiceConfig) {
    config.service(
        web::resource("/page-failures")
            .app_data(PayloadConfig::new(LONGEST))
            .route(web::post().to(take)),
    );
}

async fn take(request: HttpRequest, state: Data<AppState>, body: Bytes) -> HttpResponse {
    if !origin::is_own(request.headers(), &state.settings) {
        return HttpResponse::Forbidden().body("not from a page of Hilo\n");
    }
    let Some(place) = place(&body) else {
        return HttpResponse::BadRequest().body("the place is `file:line:column`\n");
    };
    let may = HEARD
        .lock()
        .is_ok_and(|mut heard| heard.admits(Instant::now()));
    if !may {
        return HttpResponse::TooManyRequests().body("too many failures\n");
    }
    metrics::counter!("hilo_page_failures").increment(1);
    tracing::warn!(place, "the program of a page failed");
    HttpResponse::NoContent().finish()
}

/// `src/pages/chats/row.rs:12:3`: a path, a line, a column.
fn place(body: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(body).ok()?;
    let mut parts = text.rsplitn(3, ':');
    let numbers = [parts.next()?, parts.next()?];
    let path = parts.next()?;
    let is_number =
        |text: &&str| (1..=7).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let is_path = path.ends_with(".rs")
        && path
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"/_-.".contains(&b));
    (text.len() <= LONGEST && numbers.iter().all(is_number) && is_path).then_some(text)
}

/// How many came since the minute began.
struct Heard {
    since: Option<Instant>,
    count: u32,
}

impl Heard {
    fn admits(&mut self, now: Instant) -> bool {
        let is_over = |since: Instant| now.saturating_duration_since(since) >= MINUTE;
        if self.since.is_none_or(is_over) {
            self.since = Some(now);
            self.count = 0;
        }
        self.count = self.count.saturating_add(1);
        self.count <= MOST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_place_in_the_source_is_taken() {
        for good in [
            "src/ui/panic.rs:12:3",
            "/rustc/ab12/library/core/src/option.rs:2105:5",
        ] {
            assert_eq!(place(good.as_bytes()), Some(good));
        }
        let long = format!("src/{}.rs:1:1", "a".repeat(LONGEST));
        for bad in [
            "",
            "src/ui/panic.rs",
            "src/ui/panic.rs:12",
            "called `unwrap` on Ana's words:12:3",
            "src/ui panic.rs:1:1",
            "src/ui.rs\n:1:1",
            "src/ui.rs:-1:1",
            "src/ui.rs:1:12345678",
            "src/ui.rs::1",
            long.as_str(),
        ] {
            assert_eq!(place(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(place(&[0xff, b':', b'1', b':', b'1']), None);
    }

    #[test]
    fn a_page_cannot_fill_the_log() {
        let start = Instant::now();
        let mut heard = Heard {
            since: None,
            count: 0,
        };
        let admitted = (0..MOST * 3).filter(|_| heard.admits(start)).count();
        assert_eq!(admitted, MOST as usize);
        assert!(!heard.admits(start + MINUTE / 2));
        assert!(heard.admits(start + MINUTE));
    }
}
