//! A real browser, driven through Debian's chromedriver on a free port. Ends what it started, by process id.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::json;
use tempfile::TempDir;
use thirtyfour::prelude::*;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::wait::PATIENCE;

const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
];

/// One browser with a profile of its own: two of them are two people.
pub struct Browser {
    /// The driver that tests speak to.
    pub driver: WebDriver,
    _chromedriver: Child,
    _profile: TempDir,
}

impl Browser {
    /// A browser in this language, with a window of this size in pixels.
    ///
    /// # Errors
    /// When chromedriver or Chromium does not come up.
    pub async fn open(language: &str, width: u32, height: u32) -> Result<Self> {
        let profile = tempfile::Builder::new().prefix("hilo-browser-").tempdir()?;
        let (chromedriver, port) = start_chromedriver().await?;
        let mut capabilities = DesiredCapabilities::chrome();
        for flag in FLAGS {
            capabilities.add_arg(flag)?;
        }
        capabilities.add_arg(&format!("--user-data-dir={}", profile.path().display()))?;
        capabilities.add_arg(&format!("--window-size={width},{height}"))?;
        capabilities.add_arg(&format!("--lang={language}"))?;
        let languages = json!({"intl.accept_languages": language});
        capabilities.add_experimental_option("prefs", languages)?;
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await?;
        // A window cannot be narrower than 500 pixels; the page in it can.
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        driver
            .cdp()
            .send_raw("Emulation.setDeviceMetricsOverride", size)
            .await?;
        Ok(Self {
            driver,
            _chromedriver: chromedriver,
            _profile: profile,
        })
    }

    /// The first element that is shown under a CSS selector.
    ///
    /// # Errors
    /// When none is shown in time.
    pub async fn find(&self, css: &str) -> Result<WebElement> {
        let query = self.driver.query(By::Css(css)).and_displayed();
        let found = query
            .wait(PATIENCE, Duration::from_millis(50))
            .first()
            .await;
        found.with_context(|| format!("nothing is shown under {css}"))
    }

    /// The first element that is shown under a CSS selector and holds a text.
    ///
    /// # Errors
    /// When none is shown in time.
    pub async fn find_saying(&self, css: &str, text: &str) -> Result<WebElement> {
        let has_text = thirtyfour::stringmatch::StringMatch::new(text).partial();
        let query = self
            .driver
            .query(By::Css(css))
            .with_text(has_text)
            .and_displayed();
        let found = query
            .wait(PATIENCE, Duration::from_millis(50))
            .first()
            .await;
        found.with_context(|| format!("nothing under {css} says {text}"))
    }

    /// Cuts or restores the page's network.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn set_offline(&self, offline: bool) -> Result<()> {
        let cdp = self.driver.cdp();
        cdp.send_raw("Network.enable", json!({})).await?;
        let conditions = json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        cdp.send_raw("Network.emulateNetworkConditions", conditions)
            .await?;
        Ok(())
    }

    /// Keeps a picture of the window under `target/screenshots/`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn screenshot(&self, name: &str) -> Result<()> {
        let test = std::env::current_exe()?;
        let target = test
            .ancestors()
            .nth(3)
            .context("the test's executable has no folder")?;
        let folder = target.join("screenshots");
        std::fs::create_dir_all(&folder)?;
        self.driver
            .screenshot(&folder.join(format!("{name}.png")))
            .await?;
        Ok(())
    }

    /// Closes the browser.
    ///
    /// # Errors
    /// When it does not answer any more.
    pub async fn close(self) -> Result<()> {
        Ok(self.driver.clone().quit().await?)
    }
}

/// Port 0 lets chromedriver choose a free one, which it then prints.
async fn start_chromedriver() -> Result<(Child, u16)> {
    let mut child = Command::new("chromedriver")
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("chromedriver is missing: ./just tools test")?;
    let mut lines = BufReader::new(child.stdout.take().context("no stdout")?).lines();
    while let Some(line) = lines.next_line().await? {
        let port = line.split_once("on port ").and_then(|(_, rest)| {
            rest.trim_end_matches('.')
                .parse()
                .ok()
                .filter(|&port: &u16| port > 0)
        });
        if let Some(port) = port {
            // Read on, or the driver would die of a closed pipe.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Ok((child, port));
        }
    }
    anyhow::bail!("chromedriver named no port")
}
