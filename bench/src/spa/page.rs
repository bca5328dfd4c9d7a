//! What is measured in the page, mostly by the page's own clock: what the driver adds is not in it.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use hilo_tests::browser::Browser;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::company::{Company, EMAIL};
use crate::live::company::PASSWORD;
use crate::samples::Samples;

const ROW: &str = "[data-testid=chat-row]";
const MESSAGE: &str = "[data-testid=message]";
const COMPOSER: &str = "[data-testid=composer]";

/// Notes when the first row is painted, and how long keys take from the press to the frame that shows them.
const WATCH: &str = "window.keyTimes = [];
    const seen = new MutationObserver(() => {
        if (!document.querySelector('[data-testid=chat-row]')) return;
        seen.disconnect();
        requestAnimationFrame(() => setTimeout(() => { window.firstRow = performance.now(); }));
    });
    seen.observe(document, { subtree: true, childList: true });
    addEventListener('input', (event) => {
        const pressed = window.pressed || event.timeStamp;
        requestAnimationFrame(() => setTimeout(() => window.keyTimes.push(performance.now() - pressed)));
    }, true);
    addEventListener('keydown', (event) => { window.pressed = event.timeStamp; }, true);";

/// Goes to the chats of the list in turn, each until the frame that shows its messages is painted.
const SWITCH: &str = "const [times, done] = arguments;
    const frame = () => new Promise((then) => requestAnimationFrame(() => setTimeout(then)));
    const wait = (ms) => new Promise((then) => setTimeout(then, ms));
    (async () => {
        const took = [];
        for (let number = 0; took.length < times; number++) {
            const rows = [...document.querySelectorAll('[data-testid=chat-row]')].slice(0, 20);
            const row = rows[number % rows.length];
            const id = row.dataset.chatId;
            if (location.pathname.endsWith(id)) continue;
            const before = document.querySelector('[data-testid=message]');
            const begun = performance.now();
            row.click();
            const there = () => {
                const now = document.querySelector('[data-testid=message]');
                return location.pathname.endsWith(id) && now && now !== before;
            };
            while (!there()) {
                if (performance.now() - begun > 10000) return done('chat ' + id + ' never came');
                await frame();
            }
            await frame();
            took.push(performance.now() - begun);
            // Chromium takes no more than 200 changes of the address in ten seconds.
            await wait(60);
        }
        return done(took);
    })().catch((error) => done(String(error)));";

/// Lets the page be watched from its first line on.
pub async fn prepare(browser: &Browser) -> Result<()> {
    let script = json!({"source": WATCH});
    tell(browser, "Page.addScriptToEvaluateOnNewDocument", script).await?;
    tell(browser, "Performance.enable", json!({})).await?;
    Ok(())
}

async fn tell(browser: &Browser, command: &str, parameters: Value) -> Result<Value> {
    let driver = browser.driver.cdp();
    Ok(driver.send_raw(command, parameters).await?)
}

/// Signs in as the administrator.
pub async fn sign_in(browser: &Browser, url: &str) -> Result<()> {
    browser.driver.goto(format!("{url}/sign-in")).await?;
    browser.fill("#email", EMAIL).await?;
    browser.fill("#password", PASSWORD).await?;
    browser.click("[data-testid=sign-in-submit]").await?;
    browser.find(ROW).await?;
    Ok(())
}

/// Bytes that cross the wire when nothing is cached, answers of the API aside.
pub async fn first_load(browser: &Browser, url: &str) -> Result<f64> {
    tell(browser, "Network.clearBrowserCache", json!({})).await?;
    browser.driver.goto(format!("{url}/chats")).await?;
    browser.find(ROW).await?;
    let sum = "return ['navigation', 'resource'].flatMap((kind) => performance.getEntriesByType(kind))
        .filter((it) => !it.name.endsWith('/graphql')).reduce((sum, it) => sum + it.encodedBodySize, 0)";
    let bytes = browser.ask(sum, vec![]).await?;
    bytes.as_f64().context("no bytes")
}

/// From the navigation to the frame that shows the first row; everything is cached.
pub async fn first_rows(browser: &Browser, url: &str, loads: usize) -> Result<Samples> {
    let mut samples = Samples::default();
    for _ in 0..loads {
        browser.driver.goto(format!("{url}/chats")).await?;
        let there = "return typeof window.firstRow === 'number'";
        browser.wait_for("the first row", there, vec![]).await?;
        let at = browser.ask("return window.firstRow", vec![]).await?;
        samples.add(of_ms(&at)?);
    }
    Ok(samples)
}

/// From the click on a row to the frame that shows its messages.
pub async fn switch(browser: &Browser, times: usize) -> Result<Samples> {
    let patience = Duration::from_secs(600);
    browser.driver.set_script_timeout(patience).await?;
    let took = browser
        .driver
        .execute_async(SWITCH, vec![json!(times)])
        .await?;
    let list = took
        .json()
        .as_array()
        .with_context(|| took.json().to_string())?;
    let mut samples = Samples::default();
    for time in list {
        samples.add(of_ms(time)?);
    }
    Ok(samples)
}

fn of_ms(value: &Value) -> Result<Duration> {
    let ms = value.as_f64().context("no time")?;
    Ok(Duration::from_secs_f64(ms / 1_000.0))
}

/// Opens the chat on top, scrolls up until all of it is here, and back down.
pub async fn open_fullest(browser: &Browser, url: &str, messages: usize) -> Result<()> {
    browser.driver.goto(format!("{url}/chats")).await?;
    browser.click_saying(ROW, "Contact 0").await?;
    browser.find(MESSAGE).await?;
    let up = "const scroller = document.querySelector('.thread-scroll'); scroller.scrollTop = 0;
        scroller.dispatchEvent(new Event('scroll'));
        return document.querySelectorAll('[data-testid=message]').length >= arguments[0]";
    browser
        .wait_for("all messages", up, vec![json!(messages)])
        .await?;
    let down = "const scroller = document.querySelector('.thread-scroll'); scroller.scrollTop = scroller.scrollHeight";
    browser.ask(down, vec![]).await?;
    Ok(())
}

/// What typing was like while messages came in.
pub struct Typed {
    /// From the key to the frame that shows its character.
    pub keys: Samples,
    /// Script that a message makes run.
    pub scripting_ms: f64,
    /// All work of the page's thread that a message makes: script, style, layout, paint.
    pub task_ms: f64,
}

/// Types for `length` while messages come at `pace`, one in five of them into the open chat; then lets as many come
/// while nobody types, to tell what they cost.
pub async fn type_while(
    browser: &Browser,
    company: &mut Company,
    length: Duration,
    pace: Duration,
) -> Result<Typed> {
    let field = browser.find(COMPOSER).await?;
    field.click().await?;
    let end = Instant::now() + length;
    let mut next = Instant::now();
    let mut came = 0_usize;
    while Instant::now() < end {
        if Instant::now() >= next {
            company.receive(&[contact(came)]).await?;
            came += 1;
            next += pace;
        }
        field.send_keys("a").await?;
    }
    let times = browser.ask("return window.keyTimes", vec![]).await?;
    let mut keys = Samples::default();
    for time in times.as_array().context("no keys")? {
        keys.add(of_ms(time)?);
    }
    ensure!(keys.len() > 10, "only {} keys", keys.len());

    let before = metrics(browser).await?;
    for number in 0..came {
        company.receive(&[contact(number)]).await?;
        tokio::time::sleep(pace).await;
    }
    let after = metrics(browser).await?;
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
    let messages = came.max(1) as f64;
    let each = |name: &str| (of(&after, name) - of(&before, name)) * 1_000.0 / messages;
    Ok(Typed {
        keys,
        scripting_ms: each("ScriptDuration"),
        task_ms: each("TaskDuration"),
    })
}

/// Who writes next.
fn contact(number: usize) -> usize {
    if number.is_multiple_of(5) {
        0
    } else {
        number + 1
    }
}

/// What many switched chats leave behind.
pub struct Memory {
    /// JavaScript's heap after the first chats, garbage collected.
    pub before_mb: f64,
    /// How much more it is after all of them.
    pub growth_mb: f64,
    /// How many nodes more there are.
    pub nodes_growth: f64,
}

/// Switches chats so many times.
pub async fn memory(browser: &Browser, switches: usize) -> Result<Memory> {
    switch(browser, 101.min(switches)).await?;
    let before = settled(browser).await?;
    switch(browser, switches).await?;
    let after = settled(browser).await?;
    let growth = |name: &str| of(&after, name) - of(&before, name);
    Ok(Memory {
        before_mb: of(&before, "JSHeapUsedSize") / 1_000_000.0,
        growth_mb: growth("JSHeapUsedSize") / 1_000_000.0,
        nodes_growth: growth("Nodes"),
    })
}

async fn settled(browser: &Browser) -> Result<Value> {
    for _ in 0..3 {
        tell(browser, "HeapProfiler.collectGarbage", json!({})).await?;
    }
    metrics(browser).await
}

async fn metrics(browser: &Browser) -> Result<Value> {
    tell(browser, "Performance.getMetrics", json!({})).await
}

fn of(metrics: &Value, name: &str) -> f64 {
    let list = metrics.pointer("/metrics").and_then(Value::as_array);
    let found = list.and_then(|list| {
        list.iter()
            .find(|it| it.pointer("/name") == Some(&json!(name)))
    });
    found
        .and_then(|it| it.pointer("/value"))
        .and_then(Value::as_f64)
        .unwrap_or_default()
}
