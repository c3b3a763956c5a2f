//! Rollbook's transport layers: traces, deadline, retry, budgets, attempt timeout, body limit.
