//! Files on a real database and a real folder: sealed at rest, for one message and its readers, gone with their contact.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

mod support;

use std::path::Path;

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use hilo_app::files::{OpenedFile, Upload, UploadError, Uploaded};
use hilo_app::{App, AppError, Outgoing, SignedIn, Words};
use hilo_domain::agent::Role;
use hilo_domain::{ChannelId, ChatId, FileId, MessageId};
use jiff::{SignedDuration, Timestamp};
use support::{Database, agent, refusal, set_up, until, visitor_writes, web_chat};
use uuid::Uuid;

const PIECE: usize = 64 * 1024;
/// What is looked for at rest.
const PLANTED: &[u8] = b"NUMER-KLIENTA-4711-NIKT-TEGO-NIE-CZYTA";

struct World {
    app: App,
    database: Database,
    admin: SignedIn,
    channel: ChannelId,
    chat: ChatId,
}

impl World {
    async fn new() -> Self {
        let (app, database, admin) = set_up().await;
        let channel = web_chat(&app, &admin, "Shop").await;
        let world = Self {
            app,
            database,
            admin,
            channel,
            chat: ChatId::from_uuid(Uuid::now_v7()),
        };
        visitor_writes(&world.app, channel, world.chat, "Hola").await;
        world
    }

    async fn upload(&self, name: &str, content: &[u8]) -> Result<Uploaded, UploadError> {
        let pieces: Vec<_> = content
            .chunks(10_000)
            .map(|piece| Ok(Bytes::copy_from_slice(piece)))
            .collect();
        let upload = Upload {
            name: Some(name.to_owned()),
            declared: Some("text/plain".to_owned()),
            bytes: stream::iter(pieces),
        };
        self.app
            .upload_for_chat(&self.admin.caller, self.chat, upload)
            .await
    }

    async fn send(&self, files: Vec<FileId>) -> Result<MessageId, AppError> {
        self.send_in(self.chat, files).await
    }

    async fn send_in(&self, chat: ChatId, files: Vec<FileId>) -> Result<MessageId, AppError> {
        let outgoing = Outgoing {
            words: Words::from(""),
            quotes: None,
            reply_to_comment: None,
            mentions: Vec::new(),
            manner: Default::default(),
            files,
            client_message_id: Uuid::now_v7(),
        };
        let caller = &self.admin.caller;
        let (id, acted) = self.app.send(caller, chat, outgoing).await?;
        until(|| async { !self.app.acted(acted.position).await.pending }).await;
        Ok(id)
    }

    async fn file(&self, id: FileId) -> Result<OpenedFile, AppError> {
        self.app.file(&self.admin.caller, id).await
    }

    async fn bytes(&self, id: FileId, wanted: std::ops::Range<u64>) -> Vec<u8> {
        let file = self.file(id).await.unwrap();
        let pieces: Vec<_> = file.bytes(wanted).try_collect().await.unwrap();
        pieces.concat()
    }

    /// Every byte of every file in the folder.
    fn at_rest(&self) -> Vec<u8> {
        let mut all = Vec::new();
        gather(self.database.files.path(), &mut all);
        all
    }
}

fn gather(folder: &Path, all: &mut Vec<u8>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, all);
        } else {
            all.extend(std::fs::read(path).unwrap());
        }
    }
}

fn content(length: usize) -> Vec<u8> {
    let mut content: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
    content.splice(0..PLANTED.len(), PLANTED.iter().copied());
    content
}

fn holds(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}

fn is_hidden<T>(answer: Result<T, AppError>) -> bool {
    matches!(answer, Err(AppError::NotFound { what: "file" }))
}

#[tokio::test(flavor = "multi_thread")]
async fn c16_a_file_comes_back_as_it_was_sent_whole_and_in_parts() {
    let world = World::new().await;
    for length in [PLANTED.len(), PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 17] {
        let sent = content(length);
        let uploaded = world.upload("zdjęcie.bin", &sent).await.unwrap();
        assert_eq!(uploaded.size, length as u64);
        world.send(vec![uploaded.id]).await.unwrap();
        let size = length as u64;
        assert_eq!(world.bytes(uploaded.id, 0..size).await, sent, "{length}");
        for range in [0..1, size - 1..size, size / 3..size / 2, 0..size + 99] {
            let (from, to) = (range.start as usize, (range.end as usize).min(length));
            let part = world.bytes(uploaded.id, range.clone()).await;
            assert_eq!(part, sent[from..to], "{length} {range:?}");
        }
        let file = world.file(uploaded.id).await.unwrap();
        assert_eq!(file.name.as_deref(), Some("zdjęcie.bin"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_rest_nothing_can_be_read_and_what_is_changed_there_is_noticed() {
    let world = World::new().await;
    let uploaded = world.upload("a.bin", &content(2 * PIECE)).await.unwrap();
    world.send(vec![uploaded.id]).await.unwrap();
    let at_rest = world.at_rest();
    assert!(at_rest.len() > 2 * PIECE && !holds(&at_rest, PLANTED));
    let path = stored(world.database.files.path());
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[PIECE + 100] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let file = world.file(uploaded.id).await.unwrap();
    let pieces: Vec<_> = file.bytes(0..u64::MAX).collect().await;
    assert!(pieces.len() == 2 && pieces[0].is_ok() && pieces[1].is_err());
}

fn unnamed<S>(bytes: S) -> Upload<S> {
    Upload {
        name: None,
        declared: None,
        bytes,
    }
}

/// The one file that lies in the store.
fn stored(folder: &Path) -> std::path::PathBuf {
    let folders = std::fs::read_dir(folder).unwrap();
    let folders = folders.map(|entry| entry.unwrap().path());
    let mut files = folders.flat_map(|folder| std::fs::read_dir(folder).unwrap());
    files.next().unwrap().unwrap().path()
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_the_contact_removes_bytes_rows_and_keys_also_of_what_was_not_sent_yet() {
    let world = World::new().await;
    let sent = world.upload("a.bin", &content(PIECE)).await.unwrap();
    world.send(vec![sent.id]).await.unwrap();
    let unsent = world.upload("b.bin", &content(PIECE)).await.unwrap();
    let (admin, chat) = (&world.admin.caller, world.chat);
    world.app.erase_contact(admin, chat).await.unwrap();
    assert!(is_hidden(world.file(sent.id).await));
    until(|| async { world.at_rest().is_empty() }).await;
    until(|| async {
        let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM files")
            .fetch_one(&world.database.pool)
            .await
            .unwrap();
        rows == 0
    })
    .await;
    assert!(is_hidden(world.file(unsent.id).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_message_took_within_a_day_is_removed_and_nothing_else() {
    let world = World::new().await;
    let sent = world.upload("a.bin", &content(100)).await.unwrap();
    world.send(vec![sent.id]).await.unwrap();
    let unsent = world.upload("b.bin", &content(100)).await.unwrap();
    let now = Timestamp::now();
    let remove = |hours| {
        let now = now + SignedDuration::from_hours(hours);
        world.app.remove_unused_files(now)
    };
    remove(23).await.unwrap();
    assert!(world.file(unsent.id).await.is_ok(), "its uploader has it");
    remove(25).await.unwrap();
    assert!(is_hidden(world.file(unsent.id).await));
    assert_eq!(world.bytes(sent.id, 0..100).await, content(100));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_for_one_message_of_its_chat_by_who_uploaded_it() {
    let world = World::new().await;
    let other = ChatId::from_uuid(Uuid::now_v7());
    visitor_writes(&world.app, world.channel, other, "Hola").await;
    let uploaded = world.upload("a.bin", &content(100)).await.unwrap();
    let refused = |answer: Result<MessageId, AppError>| {
        matches!(
            answer,
            Err(AppError::Invalid {
                code: "FILE_NOT_FOUND",
                ..
            })
        )
    };
    let elsewhere = world.send_in(other, vec![uploaded.id]).await;
    assert!(refused(elsewhere));
    let unknown = FileId::from_uuid(Uuid::now_v7());
    assert!(refused(world.send(vec![uploaded.id, unknown]).await));
    // The refused messages gave it back.
    world.send(vec![uploaded.id]).await.unwrap();
    assert!(refused(world.send(vec![uploaded.id]).await), "a second one");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_see_the_chat_is_told_that_there_is_no_file() {
    let world = World::new().await;
    let uploaded = world.upload("a.bin", &content(100)).await.unwrap();
    world.send(vec![uploaded.id]).await.unwrap();
    let stranger = agent(&world.app, "marek@example.com", Role::Agent).await;
    assert!(is_hidden(
        world.app.file(&stranger.caller, uploaded.id).await
    ));
    let nothing = FileId::from_uuid(Uuid::now_v7());
    assert!(is_hidden(world.app.file(&stranger.caller, nothing).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_empty_or_broken_off_leaves_nothing_behind() {
    let world = World::new().await;
    assert!(matches!(
        world.upload("a", b"").await,
        Err(UploadError::Empty)
    ));
    let piece = Bytes::from(vec![0; 1024 * 1024]);
    let (admin, chat) = (&world.admin.caller, world.chat);
    let endless = stream::repeat_with(|| Ok(piece.clone()));
    let refused = world
        .app
        .upload_for_chat(admin, chat, unnamed(endless))
        .await;
    assert!(matches!(
        refused,
        Err(UploadError::TooLarge { limit: 26_214_400 })
    ));
    let broken = stream::iter([Ok(piece.clone()), Err(std::io::Error::other("gone"))]);
    let refused = world
        .app
        .upload_for_chat(admin, chat, unnamed(broken))
        .await;
    assert!(matches!(refused, Err(UploadError::BrokenOff)));
    assert!(world.at_rest().is_empty());
    assert_eq!(refusal(world.send(Vec::new()).await), "TEXT_EMPTY");
}
