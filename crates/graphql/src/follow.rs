//! Runs a subscription for one socket: what it is told is the socket's own, the result of the selection is shared with
//! every socket that asked for the same and sees the same.

use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql::parser::types::{BaseType, OperationDefinition};
use async_graphql::{Response, Variables};
use futures_util::stream::{self, BoxStream, StreamExt};

use crate::context::{Identity, RequestContext};
use crate::error::Failure;
use crate::execute::{Event, Finished, Prepared, prepare, with_data};
use crate::request::GraphqlRequest;
use crate::shared::{Asked, Begin, FedData, Part, Source, Told};

/// The events of a subscription; an `Error` is the last.
pub(crate) fn follow(
    prepared: Prepared,
    request: GraphqlRequest,
    context: RequestContext,
) -> BoxStream<'static, Event> {
    stream::once(begin(prepared, request, context))
        .flatten()
        .boxed()
}

/// The first run checks the document, the arguments and who asks, and finds out what the socket is to be told.
async fn begin(
    prepared: Prepared,
    request: GraphqlRequest,
    context: RequestContext,
) -> BoxStream<'static, Event> {
    let (source, schema) = (Source::default(), prepared.schema);
    let run = with_data(prepared.request, &context);
    let Some(asked) = prepared.asked else {
        return alone(schema.execute_stream(run));
    };
    let mut responses = schema.execute_stream(run.data(source.clone())).boxed();
    let first = responses.next().await;
    match source.taken() {
        Some(told) => shared(told, asked, request, context),
        None => alone(stream::iter(first).chain(responses)),
    }
}

/// What runs for this socket only.
fn alone(
    responses: impl futures_util::Stream<Item = Response> + Send + 'static,
) -> BoxStream<'static, Event> {
    until_error(responses.map(event))
}

struct Following {
    told: BoxStream<'static, Told>,
    asked: Asked,
    begin: Arc<Begin>,
    context: RequestContext,
    part: Option<Part>,
}

fn shared(
    told: BoxStream<'static, Told>,
    asked: Asked,
    request: GraphqlRequest,
    context: RequestContext,
) -> BoxStream<'static, Event> {
    let begin = {
        let context = context.clone();
        Arc::new(move |fed: FedData| fed_by(fed, request.clone(), &context))
    };
    let following = Following {
        told,
        asked,
        begin,
        context,
        part: None,
    };
    until_error(stream::unfold(following, |mut following| async move {
        let told = following.told.next().await?;
        let event = following.event_of(told).await;
        Some((event, following))
    }))
}

impl Following {
    async fn event_of(&mut self, told: Told) -> Event {
        let known = self.part.take();
        let executions = &self.context.executions;
        let part = executions.of(&self.asked, &told, known, &self.begin);
        let result = part.result(told, |response| match event(response) {
            Event::Next(body) => Ok(body),
            Event::Error(errors) => Err(errors),
        });
        let result = result.await;
        self.part = Some(part);
        match result {
            Some(Ok(body)) => Event::Next(body),
            Some(Err(errors)) => Event::Error(errors),
            None => {
                let error = Failure::internal("a shared execution ended").into_server_error();
                event(Response::from_errors(vec![error]))
            }
        }
    }
}

/// An execution that selects from what it is fed.
fn fed_by(
    fed: FedData,
    request: GraphqlRequest,
    context: &RequestContext,
) -> BoxStream<'static, Response> {
    match prepare(request, &context.identity) {
        Ok(prepared) => {
            let run = fed.into_request(with_data(prepared.request, context));
            prepared.schema.execute_stream(run).boxed()
        }
        Err(error) => stream::iter([Response::from_errors(vec![error])]).boxed(),
    }
}

fn event(response: Response) -> Event {
    Finished::of(response, Some(OperationType::Subscription)).event()
}

fn until_error(
    events: impl futures_util::Stream<Item = Event> + Send + 'static,
) -> BoxStream<'static, Event> {
    let mut is_over = false;
    events
        .take_while(move |event| {
            let goes_on = !is_over;
            is_over = matches!(event, Event::Error(_));
            std::future::ready(goes_on)
        })
        .boxed()
}

/// What is asked, without the variables that say where to begin: those differ from socket to socket.
pub(crate) fn asked(
    query: &str,
    operation_name: Option<&str>,
    operation: &OperationDefinition,
    variables: &Variables,
    identity: &Identity,
) -> Option<Asked> {
    let mut variables = variables.clone();
    for definition in &operation.variable_definitions {
        let definition = &definition.node;
        if matches!(&definition.var_type.node.base, BaseType::Named(name) if name == "Position") {
            variables.remove(&definition.name.node);
        }
    }
    Some(Asked {
        query: query.to_owned(),
        operation_name: operation_name.map(str::to_owned),
        variables: serde_json::to_string(&variables).ok()?,
        role: identity.caller?.role,
        scopes: identity.caller?.credential.scopes(),
        own: names_own(query).then_some(identity.caller?.agent_id),
    })
}

/// Fields whose value is another for each agent: whoever asks for one shares no selection with others.
const OWN: [&str; 6] = [
    "starred",
    "mention",
    "draft",
    "colleagues",
    "composer",
    "assignedToMe",
];

/// Whether a document may ask for one of them; a word too much only costs the sharing.
fn names_own(query: &str) -> bool {
    OWN.iter().any(|field| query.contains(field))
}
