/** Columns of a task, under the names of its members. */
export const taskColumns = `id, kind, params, state, progress, resource, resources, priority, steps,
  run_at as "runAt", not_before as "notBefore", retries, confirmed_plan as "confirmedPlan",
  advice, schedule_id as "scheduleId",
  steps_done as "stepsDone", step_begun as "stepBegun", attempts, error,
  idempotency_key as "idempotencyKey", created_by as "createdBy", created_at as "createdAt",
  started_at as "startedAt", finished_at as "finishedAt",
  cancel_requested_at as "cancelRequestedAt", cancel_requested_by as "cancelRequestedBy"`
