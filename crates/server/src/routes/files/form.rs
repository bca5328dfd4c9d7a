//! A form with a file, as browsers and `curl -F` send it: the field `file`, read as it comes. Nothing before or behind it
//! is kept.

use std::io;

use actix_web::http::header::{self, HeaderMap};
use actix_web::web::{Bytes, Payload};
use futures_util::future::{Either, select};
use futures_util::stream::BoxStream;
use futures_util::{StreamExt as _, TryStreamExt as _};
use hilo_app::files::Upload;
use multer::{Constraints, Field, Multipart, SizeLimit};
use thiserror::Error;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

/// What a form takes beside the file's own bytes.
const FORM: u64 = 64 * 1024;
/// The field that is read.
const FIELD: &str = "file";

/// Why a body is no form with a file.
#[derive(Debug, Error)]
pub enum FormError {
    /// Larger than the file may be.
    #[error("The body is too large.")]
    TooLarge,
    /// Not `multipart/form-data`, or broken.
    #[error("Send multipart/form-data with the file in the field `file`.")]
    Malformed,
}

impl From<multer::Error> for FormError {
    fn from(error: multer::Error) -> Self {
        match error {
            multer::Error::StreamSizeExceeded { .. } | multer::Error::FieldSizeExceeded { .. } => {
                Self::TooLarge
            }
            _ => Self::Malformed,
        }
    }
}

/// Hands the first file of the form to `take`, while it comes.
///
/// # Errors
/// When there is none. What `take` says is the value.
pub async fn first_file<T>(
    headers: &HeaderMap,
    payload: Payload,
    limit: u64,
    take: impl AsyncFnOnce(Upload<BoxStream<'_, io::Result<Bytes>>>) -> T,
) -> Result<T, FormError> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let announced = text(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit + FORM) {
        return Err(FormError::TooLarge);
    }
    let boundary = multer::parse_boundary(text(header::CONTENT_TYPE).unwrap_or_default());
    let boundary = boundary.map_err(|_| FormError::Malformed)?;
    // The body of a request stays in its thread; what reads the form must not.
    let (sender, receiver) = mpsc::channel(2);
    let pump = std::pin::pin!(pump(payload, sender));
    let taking = std::pin::pin!(async {
        let sizes = SizeLimit::new().whole_stream(limit + FORM);
        let constraints = Constraints::new().size_limit(sizes);
        let stream = ReceiverStream::new(receiver);
        let mut form = Multipart::with_constraints(stream, boundary, constraints);
        while let Some(field) = form.next_field().await? {
            if field.name() == Some(FIELD) {
                return Ok(take(upload(field)).await);
            }
        }
        Err(FormError::Malformed)
    });
    match select(pump, taking).await {
        Either::Left(((), taking)) => taking.await,
        Either::Right((taken, _)) => taken,
    }
}

async fn pump(mut payload: Payload, sender: mpsc::Sender<io::Result<Bytes>>) {
    while let Some(piece) = payload.next().await {
        if sender.send(piece.map_err(io::Error::other)).await.is_err() {
            return;
        }
    }
}

fn upload(field: Field<'_>) -> Upload<BoxStream<'_, io::Result<Bytes>>> {
    Upload {
        name: field.file_name().map(str::to_owned),
        declared: field.content_type().map(ToString::to_string),
        bytes: field.map_err(io::Error::other).boxed(),
    }
}
