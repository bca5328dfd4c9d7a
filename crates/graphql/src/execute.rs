//! Runs requests: limits first, then the schema for who asks, then every error gets its code.
//! The only way from a transport to the schema.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{OperationDefinition, OperationType};
use async_graphql::{Request, Response, ServerError, Value};
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, StreamExt};
use serde::Serialize;

use crate::client::loader::ClientLoader;
use crate::context::{Began, CookieChange, Identity, RequestContext};
use crate::error::{self, ErrorCode, Failure};
use crate::follow::{asked, follow};
use crate::limits::{document, tokens};
use crate::omitted;
use crate::request::GraphqlRequest;
use crate::schema::{FOR_AGENTS, FOR_STRANGERS, Schema};
use crate::shared::Asked;

/// The longest a query or mutation may take.
pub const TIME_LIMIT: Duration = Duration::from_secs(10);

/// What a POST is answered with.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The response as JSON.
    pub body: String,
    /// The request itself was wrong: nothing was executed, there is no `data`.
    pub is_request_error: bool,
    /// What to do with the browser's session cookie.
    pub cookie: Option<CookieChange>,
}

/// What a socket is told about one operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A result, as JSON.
    Next(Arc<str>),
    /// The operation is over before it could answer: a list of errors, as JSON.
    Error(String),
}

/// Answers a query or mutation. Subscriptions need a socket.
///
/// A future of a known type: an `async fn` is compiled by the crate that awaits it, and with this one all resolvers are.
pub fn execute(request: GraphqlRequest, context: RequestContext) -> BoxFuture<'static, Answer> {
    Box::pin(answer(request, context))
}

async fn answer(request: GraphqlRequest, context: RequestContext) -> Answer {
    let (response, kind) = match prepare(request, &context.identity) {
        Err(error) => (Response::from_errors(vec![error]), None),
        Ok(prepared) if prepared.kind == OperationType::Subscription => {
            let message = "Subscriptions need a WebSocket that speaks graphql-transport-ws.";
            let failure = Failure::new(ErrorCode::BadUserInput, message);
            (
                Response::from_errors(vec![failure.into_server_error()]),
                None,
            )
        }
        Ok(prepared) => {
            let kind = prepared.kind;
            (run(prepared, &context).await, Some(kind))
        }
    };
    let finished = Finished::of(response, kind);
    Answer {
        is_request_error: finished.is_request_error(),
        body: finished.body(),
        cookie: context.cookies.taken(),
    }
}

/// Runs any operation for a socket. The stream ends when the operation does; an `Error` is always the last event.
pub fn subscribe(request: GraphqlRequest, context: RequestContext) -> BoxStream<'static, Event> {
    let counted = context.identity.caller.as_ref();
    let counted = counted.map_or(Ok(()), |caller| context.app.count_operation(caller));
    if let Err(too_often) = counted {
        let error = Failure::from(too_often).into_server_error();
        let finished = Finished::of(Response::from_errors(vec![error]), None);
        return stream::once(async move { finished.event() }).boxed();
    }
    match prepare(request.clone(), &context.identity) {
        Err(error) => {
            let finished = Finished::of(Response::from_errors(vec![error]), None);
            stream::once(async move { finished.event() }).boxed()
        }
        Ok(prepared) if prepared.kind == OperationType::Subscription => {
            follow(prepared, request, context)
        }
        Ok(prepared) => stream::once(async move {
            let kind = prepared.kind;
            Finished::of(run(prepared, &context).await, Some(kind)).event()
        })
        .boxed(),
    }
}

/// A request that passed the limits, with the schema for who asks.
pub(crate) struct Prepared {
    pub(crate) request: Request,
    kind: OperationType,
    pub(crate) schema: &'static Schema,
    /// By which a subscription is known to be the same as another's.
    pub(crate) asked: Option<Asked>,
}

pub(crate) fn prepare(
    request: GraphqlRequest,
    identity: &Identity,
) -> Result<Prepared, ServerError> {
    let refuse =
        |message: String| Failure::new(ErrorCode::BadUserInput, message).into_server_error();
    tokens::check(&request.query).map_err(|too_large| refuse(too_large.message()))?;
    let parsed = parse_query(&request.query)?;
    let Some(operation) = document::operation(&parsed, request.operation_name.as_deref()) else {
        return Err(refuse(
            "The document has no such operation, or `operationName` is missing.".into(),
        ));
    };
    let is_signed_in = identity.caller.is_some();
    // Explorers and code generators read the schema deeper than any query goes. Strangers hear why they may not.
    let is_exempt = document::is_introspection(&parsed, operation);
    let measure = document::check(&parsed, !is_exempt).map_err(refuse)?;
    if measure.introspects && !is_signed_in {
        let failure = Failure::new(ErrorCode::Unauthenticated, "Sign in to read the schema.");
        return Err(failure.into_server_error());
    }
    check_subscription(&parsed, operation).map_err(refuse)?;
    let kind = operation.ty;
    let mut variables = request.variables;
    omitted::fill(&parsed, operation, &mut variables);
    let asked = (kind == OperationType::Subscription)
        .then(|| {
            asked(
                &request.query,
                request.operation_name.as_deref(),
                operation,
                &variables,
                identity,
            )
        })
        .flatten();
    let mut prepared = Request::new(request.query).variables(variables);
    prepared.operation_name = request.operation_name;
    prepared.set_parsed_query(parsed);
    Ok(Prepared {
        request: prepared.data(identity.clone()),
        kind,
        asked,
        schema: if is_signed_in {
            &FOR_AGENTS
        } else {
            &FOR_STRANGERS
        },
    })
}

/// A subscription has one root field, as the specification says; the library would follow any number.
fn check_subscription(
    parsed: &async_graphql::parser::types::ExecutableDocument,
    operation: &OperationDefinition,
) -> Result<(), String> {
    let is_subscription = operation.ty == OperationType::Subscription;
    if is_subscription && document::root_fields(parsed, operation) != 1 {
        return Err("A subscription has exactly one field.".into());
    }
    Ok(())
}

async fn run(prepared: Prepared, context: &RequestContext) -> Response {
    let started = Instant::now();
    let request_id = context.identity.request_id;
    let request = with_data(prepared.request, context);
    let response = match tokio::time::timeout(TIME_LIMIT, prepared.schema.execute(request)).await {
        Ok(response) => response,
        Err(_) => {
            let message = "This took longer than 10 seconds and was given up.";
            let failure = Failure::new(ErrorCode::Unavailable, message);
            Response::from_errors(vec![failure.into_server_error()])
        }
    };
    tracing::debug!(
        request.id = %request_id,
        graphql.kind = %prepared.kind,
        graphql.errors = response.errors.len(),
        took_ms = started.elapsed().as_millis() as u64,
        "answered"
    );
    response
}

pub(crate) fn with_data(request: Request, context: &RequestContext) -> Request {
    request
        .data(context.app.clone())
        .data(context.surroundings.clone())
        .data(context.cookies.clone())
        .data(context.pace.clone())
        // Here, before any field runs: fields of a query run side by side, in no order.
        .data(Began(context.app.facts().cursor()))
        .data(ClientLoader::of(
            context.app.clone(),
            context.identity.caller,
        ))
}

/// A response whose errors all have codes.
pub(crate) struct Finished {
    response: Response,
    kind: Option<OperationType>,
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
}

impl Finished {
    pub(crate) fn of(mut response: Response, kind: Option<OperationType>) -> Self {
        error::complete(&mut response.errors);
        Self { response, kind }
    }

    /// Errors of fields have a path; without data and without a path it was the request that was wrong.
    fn is_request_error(&self) -> bool {
        let no_field_failed = self
            .response
            .errors
            .iter()
            .all(|error| error.path.is_empty());
        self.response.data == Value::Null && no_field_failed
    }

    fn body(&self) -> String {
        let data = (!self.is_request_error()).then_some(&self.response.data);
        json(&Body {
            errors: &self.response.errors,
            data,
        })
    }

    /// A subscription that yields no data is over: its source failed.
    pub(crate) fn event(&self) -> Event {
        let is_subscription = self.kind == Some(OperationType::Subscription);
        let has_no_source = is_subscription && self.response.data == Value::Null;
        match has_no_source || self.is_request_error() {
            true => Event::Error(json(&self.response.errors)),
            false => Event::Next(self.body().into()),
        }
    }
}

/// Values of GraphQL are always JSON; should the library ever make one that is not, the client hears of a fault.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|fault| {
        let error = Failure::internal(fault).into_server_error();
        format!("{{\"errors\":[{{\"message\":{:?}}}]}}", error.message)
    })
}

#[cfg(test)]
#[path = "execute_tests.rs"]
pub(crate) mod tests;
