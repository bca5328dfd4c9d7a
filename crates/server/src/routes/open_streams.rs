//! Counts what is open and what was asked, and ends streams and sockets when Hilo stops: a graceful stop would
//! otherwise wait for every browser tab.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::web::{Bytes, Data};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// Cancelled when Hilo stops. Registered as app data; a stream that wants to say goodbye waits for it too.
#[derive(Clone, Default)]
pub struct Stopping(pub CancellationToken);

/// actix middleware, for `actix_web::middleware::from_fn`.
pub async fn watch<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let begun = Instant::now();
    let method = method_name(request.method());
    let stopping = request.app_data::<Data<Stopping>>().cloned();
    let response = next.call(request).await;
    let (route, status) = match &response {
        // The pattern, not the address: addresses hold ids, and would make endless many series.
        Ok(response) => (
            response.request().match_pattern(),
            response.status().as_u16(),
        ),
        Err(error) => (None, error.as_response_error().status_code().as_u16()),
    };
    let route = route.unwrap_or_else(|| "other".to_owned());
    metrics::counter!("hilo_http_requests_total", "method" => method, "route" => route.clone(), "status" => status.to_string())
        .increment(1);
    metrics::histogram!("hilo_http_request_seconds", "route" => route)
        .record(begun.elapsed().as_secs_f64());
    Ok(response?.map_body(|_, body| match (body.size(), stopping) {
        (BodySize::Stream, Some(stopping)) => BoxBody::new(Ending::new(body.boxed(), &stopping)),
        _ => body.boxed(),
    }))
}

/// A method as it is counted. HTTP lets anybody invent others, and each would be a series that stays.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// A streamed body (a socket is one, too) that ends when Hilo stops.
struct Ending {
    body: BoxBody,
    stopped: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Ending {
    fn new(body: BoxBody, stopping: &Stopping) -> Self {
        metrics::gauge!("hilo_open_streams").increment(1.0);
        Self {
            body,
            stopped: Box::pin(stopping.0.clone().cancelled_owned()),
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        metrics::gauge!("hilo_open_streams").decrement(1.0);
    }
}

impl MessageBody for Ending {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        // What is ready goes out first, so that a goodbye written at the stop is heard.
        match Pin::new(&mut self.body).poll_next(context) {
            Poll::Pending => self.stopped.as_mut().poll(context).map(|()| None),
            ready => ready,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use actix_web::body::BodyStream;
    use futures_util::stream;

    use super::*;

    #[test]
    fn invented_methods_are_counted_together() {
        assert_eq!(method_name(&Method::POST), "POST");
        for n in 0..100 {
            let invented = Method::from_bytes(format!("GET{n}").as_bytes()).unwrap();
            assert_eq!(method_name(&invented), "other");
        }
    }

    #[tokio::test]
    async fn an_endless_stream_ends_when_hilo_stops() {
        let stopping = Stopping::default();
        let endless = stream::once(async { Ok::<_, std::io::Error>(Bytes::from_static(b"a")) });
        let endless = futures_util::StreamExt::chain(endless, stream::pending());
        let mut body = Ending::new(BoxBody::new(BodyStream::new(Box::pin(endless))), &stopping);
        let first = poll_fn(|cx| Pin::new(&mut body).poll_next(cx)).await;
        assert_eq!(first.unwrap().unwrap(), "a");
        stopping.0.cancel();
        let last = poll_fn(|cx| Pin::new(&mut body).poll_next(cx)).await;
        assert!(last.is_none());
    }
}
