//! Which fault becomes which code, and that nothing internal gets out.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::Value;

use super::*;

fn code_of(error: AppError) -> ErrorCode {
    Failure::from(error).code
}

#[test]
fn every_code_has_its_own_name() {
    let names: BTreeSet<_> = ErrorCode::ALL.iter().map(|code| code.wire()).collect();
    assert_eq!(names.len(), ErrorCode::ALL.len());
}

#[test]
fn each_fault_of_the_application_has_its_code() {
    assert_eq!(
        code_of(AppError::Unauthenticated),
        ErrorCode::Unauthenticated
    );
    assert_eq!(
        code_of(AppError::Forbidden {
            needs: "administrator"
        }),
        ErrorCode::Forbidden
    );
    assert_eq!(
        code_of(AppError::NotFound { what: "chat" }),
        ErrorCode::NotFound
    );
    assert_eq!(
        code_of(AppError::IdempotencyConflict),
        ErrorCode::IdempotencyConflict
    );
    assert_eq!(
        code_of(AppError::PositionUnknown),
        ErrorCode::PositionUnknown
    );
    assert_eq!(code_of(AppError::Unavailable), ErrorCode::Unavailable);
    let retry_after = Duration::from_secs(9);
    assert_eq!(
        code_of(AppError::RateLimited { retry_after }),
        ErrorCode::RateLimited
    );
}

#[test]
fn an_internal_fault_shows_a_correlation_id_and_nothing_else() {
    let fault = anyhow::anyhow!("relation \"events\" does not exist").context("read model");
    let error = async_graphql::Error::from(Failure::from(AppError::Unexpected(fault)));
    let text = serde_json::to_string(&error).unwrap();
    assert!(
        !text.contains("events") && !text.contains("read model"),
        "{text}"
    );
    let id = error
        .extensions
        .as_ref()
        .and_then(|e| e.get("correlationId"))
        .cloned();
    let Some(Value::String(id)) = id else {
        panic!("no correlation id in {text}")
    };
    assert!(id.parse::<Uuid>().is_ok());
}

#[test]
fn waiting_times_are_rounded_up_to_whole_seconds() {
    let retry_after = Duration::from_millis(1_001);
    let extensions = Failure::from(AppError::RateLimited { retry_after }).extensions();
    assert_eq!(extensions.get("retryAfter"), Some(&Value::from(2_u64)));
}

#[test]
fn an_invalid_value_names_its_field_in_queries_and_is_data_in_mutations() {
    let invalid = || AppError::Invalid {
        field: "origins",
        code: "ORIGIN_INVALID",
        message: "Not an origin.".into(),
        limit: Some(20),
    };
    assert_eq!(Failure::from(invalid()).field, Some("origins"));
    let (done, user_errors) = outcome::<()>(Err(invalid())).unwrap();
    assert_eq!(done, None);
    assert_eq!(
        user_errors,
        [UserError {
            code: "ORIGIN_INVALID".into(),
            english: "Not an origin.".into(),
            field: Some("origins".into()),
            limit: Some(20),
            values: BTreeMap::from([("limit".to_owned(), 20.into())]),
        }]
    );
}

#[test]
fn a_refusal_is_data_with_code_words_field_and_limit() {
    let refused = hilo_app::accounts::AccountRefusal::PasswordTooShort;
    let (done, user_errors) = outcome::<()>(Err(refused.into())).unwrap();
    assert_eq!(done, None);
    let error = user_errors.first().unwrap();
    assert_eq!(error.code, "PASSWORD_TOO_SHORT");
    assert_eq!(error.field.as_deref(), Some("password"));
    assert_eq!(error.limit, Some(10));
}

#[test]
fn faults_stay_faults_in_mutations() {
    let failure = outcome::<()>(Err(AppError::NotFound { what: "chat" })).unwrap_err();
    assert_eq!(failure.code, ErrorCode::NotFound);
}

#[test]
fn an_error_without_a_code_is_the_requests_fault() {
    let mut errors = [
        ServerError::new("Unknown field", None),
        Failure::not_found("chat").into_server_error(),
    ];
    complete(&mut errors);
    let codes = errors.map(|e| e.extensions.unwrap().get("code").cloned().unwrap());
    assert_eq!(
        codes,
        [Value::from("BAD_USER_INPUT"), Value::from("NOT_FOUND")]
    );
}
