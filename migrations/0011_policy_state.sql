-- What rules that answer events must remember from one event to the next: one row a rule.

CREATE TABLE policy_state (
    name  text  PRIMARY KEY,
    state jsonb NOT NULL
);
