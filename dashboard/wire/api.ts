/* eslint-disable */
// What each call takes and answers. Written by `node scripts/wire-types.mjs` from the schemas of the routes.

export interface Api {
  'GET /health/live': {
    answer: {
      status: 'ok'
    }
  }
  'GET /health/ready': {
    answer: {
      status: 'ready' | 'not_ready'
      checks: {
        [k: string]: boolean
      }
    }
  }
  'GET /health/status': {
    query: {
      /**
       * Also compares what runs with what is configured.
       */
      consistency?: boolean
    }
    answer: {
      status: 'up' | 'degraded' | 'down'
      timestamp: number
      components: {
        [k: string]: {
          name: string
          status: 'up' | 'degraded' | 'down' | 'unknown'
          latency_ms: number
          message: string
          details: {
            [k: string]: unknown
          }
        }
      }
      critical_failures: string[]
    }
  }
  'GET /health/detailed': {
    answer: {
      status: 'healthy' | 'degraded' | 'unhealthy'
      database: 'connected' | 'disconnected'
      storage: 'accessible' | 'inaccessible'
      scst: string
      library: string
      timestamp: string
    }
  }
  'GET /health': {
    answer: {
      status: 'healthy' | 'degraded' | 'unhealthy'
      timestamp: string
      components: {
        [k: string]: {
          status: 'healthy' | 'degraded' | 'unhealthy' | 'unknown'
          message: string
        }
      }
    }
  }
  'GET /metrics': {}
  'GET /health/metrics': {}
  'GET /health/metrics/json': {
    answer: unknown
  }
  'POST /auth/login': {
    body: {
      username: string
      password: string
    }
    answer: {
      token: string
      expires_at: string
      user: {
        id: string
        username: string
        role: 'viewer' | 'operator' | 'admin'
        permissions: string[]
        must_change_password: boolean
      }
    }
  }
  'POST /auth/logout': {
    body: {
      /**
       * Also all other sessions of the user.
       */
      everywhere?: boolean
    }
  }
  'GET /auth/me': {
    answer: {
      id: string
      username: string
      role: 'viewer' | 'operator' | 'admin'
      permissions: string[]
      must_change_password: boolean
      has_password: boolean
      credential: {
        kind: 'session' | 'token'
        id: string
      }
      expires_at: string | null
    }
  }
  'POST /auth/password': {
    body: {
      current_password: string
      new_password: string
    }
  }
  'GET /auth/tokens': {
    answer: {
      tokens: {
        id: string
        name: string
        username: string
        role: 'viewer' | 'operator' | 'admin'
        created_at: string
        expires_at: string | null
        last_used_at: string | null
      }[]
      total: number
    }
  }
  'POST /auth/tokens': {
    body: {
      name: string
      /**
       * Not above the role of the user.
       */
      role?: 'viewer' | 'operator' | 'admin' | 'user' | 'moderator'
      expires_at?: string | null
    }
    answer: {
      id: string
      name: string
      username: string
      role: 'viewer' | 'operator' | 'admin'
      created_at: string
      expires_at: string | null
      last_used_at: string | null
      token: string
    }
  }
  'DELETE /auth/tokens/:id': {}
  'GET /auth/oidc': {
    answer: {
      label: string | null
      start: string | null
    }
  }
  'GET /auth/oidc/start': {}
  'GET /auth/oidc/callback': {}
  'GET /auth/sessions': {
    answer: {
      sessions: {
        id: string
        username: string
        address: string
        user_agent: string | null
        method: 'password' | 'oidc'
        created_at: string
        last_used_at: string
        expires_at: string
        current: boolean
      }[]
      total: number
    }
  }
  'DELETE /auth/sessions/:id': {}
  'GET /auth/secrets': {
    query: {
      old_days?: number
    }
    answer: {
      secrets: {
        kind: 'api_token' | 'password'
        id: string
        name: string
        username: string
        since: string
        age_days: number
        expires_at: string | null
        last_used_at: string | null
        faults: ('no_expiry' | 'old' | 'never_changed' | 'expired')[]
      }[]
      total: number
      old_days: number
    }
  }
  'GET /users': {
    answer: {
      users: {
        id: string
        username: string
        role: 'viewer' | 'operator' | 'admin'
        disabled: boolean
        disabled_at: string | null
        must_change_password: boolean
        created_at: string
        password_changed_at: string | null
        last_login_at: string | null
        identity: {
          issuer: string
          subject: string
        } | null
      }[]
      total: number
    }
  }
  'POST /users': {
    body: {
      username: string
      role?: 'viewer' | 'operator' | 'admin' | 'user' | 'moderator'
      password?: string | null
      /**
       * true unless a password is given.
       */
      must_change_password?: boolean
    }
    answer: {
      id: string
      username: string
      role: 'viewer' | 'operator' | 'admin'
      disabled: boolean
      disabled_at: string | null
      must_change_password: boolean
      created_at: string
      password_changed_at: string | null
      last_login_at: string | null
      identity: {
        issuer: string
        subject: string
      } | null
      password: string | null
    }
  }
  'PATCH /users/:id': {
    body: {
      role?: 'viewer' | 'operator' | 'admin' | 'user' | 'moderator'
      disabled?: boolean
    }
    answer: {
      id: string
      username: string
      role: 'viewer' | 'operator' | 'admin'
      disabled: boolean
      disabled_at: string | null
      must_change_password: boolean
      created_at: string
      password_changed_at: string | null
      last_login_at: string | null
      identity: {
        issuer: string
        subject: string
      } | null
    }
  }
  'DELETE /users/:id': {}
  'POST /users/:id/force-password-reset': {
    answer: {
      id: string
      username: string
      role: 'viewer' | 'operator' | 'admin'
      disabled: boolean
      disabled_at: string | null
      must_change_password: boolean
      created_at: string
      password_changed_at: string | null
      last_login_at: string | null
      identity: {
        issuer: string
        subject: string
      } | null
      password: string | null
    }
  }
  'GET /monitoring/alerts': {
    query: {
      severity?: 'info' | 'warning' | 'critical'
      source?: 'system' | 'storage' | 'scst' | 'tape' | 'vtl' | 'task' | 'storwarden'
      resource?: string
      rule?: string
      state?: 'pending' | 'firing' | 'resolved'
      acknowledged?: boolean
      /**
       * Only alerts that follow from a graver one that fires, or, with false, none of them
       */
      inhibited?: boolean
      /**
       * Whether a silence mutes it now
       */
      silenced?: boolean
      flapping?: boolean
      since?: string
      until?: string
      q?: string
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
      limit?: number
      offset?: number
      cursor?: string
    }
    answer: {
      alerts: {
        id: string
        appliance: string | null
        rule: string
        title: string
        severity: 'info' | 'warning' | 'critical'
        source: 'system' | 'storage' | 'scst' | 'tape' | 'vtl' | 'task' | 'storwarden'
        resource: string
        labels: {
          [k: string]: string
        }
        message: string
        description: string
        action: string
        runbook_url: string | null
        part_of: {
          [k: string]: string
        }
        evidence: {
          [k: string]: unknown
        }
        state: 'pending' | 'firing' | 'resolved'
        acknowledged: boolean
        acknowledged_by: string | null
        acknowledged_at: string | null
        acknowledge_comment: string | null
        acknowledge_expires_at: string | null
        count: number
        started_at: string
        fired_at: string | null
        last_seen_at: string
        resolved_at: string | null
        resolved_by: string | null
        resolution: ('auto' | 'manual' | 'absent') | null
        resolve_comment: string | null
        flapping: boolean
        inhibited_by: string | null
        silenced_by: string[]
      }[]
      total: number
      next_cursor: string | null
    }
  }
  'GET /monitoring/alerts/:id': {
    answer: {
      id: string
      appliance: string | null
      rule: string
      title: string
      severity: 'info' | 'warning' | 'critical'
      source: 'system' | 'storage' | 'scst' | 'tape' | 'vtl' | 'task' | 'storwarden'
      resource: string
      labels: {
        [k: string]: string
      }
      message: string
      description: string
      action: string
      runbook_url: string | null
      part_of: {
        [k: string]: string
      }
      evidence: {
        [k: string]: unknown
      }
      state: 'pending' | 'firing' | 'resolved'
      acknowledged: boolean
      acknowledged_by: string | null
      acknowledged_at: string | null
      acknowledge_comment: string | null
      acknowledge_expires_at: string | null
      count: number
      started_at: string
      fired_at: string | null
      last_seen_at: string
      resolved_at: string | null
      resolved_by: string | null
      resolution: ('auto' | 'manual' | 'absent') | null
      resolve_comment: string | null
      flapping: boolean
      inhibited_by: string | null
      silenced_by: string[]
      transitions: {
        at: string
        from: ('pending' | 'firing' | 'acknowledged') | null
        to: 'pending' | 'firing' | 'resolved' | 'acknowledged'
        by: string | null
        comment: string | null
        task_id: string | null
      }[]
      notifications:
        | {
            id: string
            channel: string
            kind: 'alerts' | 'event' | 'test' | 'digest' | 'report'
            group: string | null
            summary: string
            alerts: {
              id: string
              event: 'firing' | 'repeated' | 'escalated' | 'flapping' | 'acknowledged' | 'resolved'
              title: string
              resource: string
            }[]
            state: 'waiting' | 'delivered' | 'given_up'
            attempts: number
            created_at: string
            next_attempt_at: string | null
            delivered_at: string | null
            given_up_at: string | null
            answer: string | null
            last_error: string | null
          }[]
        | null
      changes: {
        at: string
        kind: 'audit' | 'event' | 'alert'
        actor: string | null
        action: string | null
        subject: string | null
        message: string
        level: 'debug' | 'info' | 'warning' | 'error' | 'critical'
      }[]
      changes_truncated: boolean
    }
  }
  'POST /monitoring/alerts/:id/acknowledge': {
    body: {
      comment?: string | null
      expires_at?: string | null
    }
    answer: {
      id: string
      appliance: string | null
      rule: string
      title: string
      severity: 'info' | 'warning' | 'critical'
      source: 'system' | 'storage' | 'scst' | 'tape' | 'vtl' | 'task' | 'storwarden'
      resource: string
      labels: {
        [k: string]: string
      }
      message: string
      description: string
      action: string
      runbook_url: string | null
      part_of: {
        [k: string]: string
      }
      evidence: {
        [k: string]: unknown
      }
      state: 'pending' | 'firing' | 'resolved'
      acknowledged: boolean
      acknowledged_by: string | null
      acknowledged_at: string | null
      acknowledge_comment: string | null
      acknowledge_expires_at: string | null
      count: number
      started_at: string
      fired_at: string | null
      last_seen_at: string
      resolved_at: string | null
      resolved_by: string | null
      resolution: ('auto' | 'manual' | 'absent') | null
      resolve_comment: string | null
      flapping: boolean
      inhibited_by: string | null
      silenced_by: string[]
      transitions: {
        at: string
        from: ('pending' | 'firing' | 'acknowledged') | null
        to: 'pending' | 'firing' | 'resolved' | 'acknowledged'
        by: string | null
        comment: string | null
        task_id: string | null
      }[]
      notifications:
        | {
            id: string
            channel: string
            kind: 'alerts' | 'event' | 'test' | 'digest' | 'report'
            group: string | null
            summary: string
            alerts: {
              id: string
              event: 'firing' | 'repeated' | 'escalated' | 'flapping' | 'acknowledged' | 'resolved'
              title: string
              resource: string
            }[]
            state: 'waiting' | 'delivered' | 'given_up'
            attempts: number
            created_at: string
            next_attempt_at: string | null
            delivered_at: string | null
            given_up_at: string | null
            answer: string | null
            last_error: string | null
          }[]
        | null
      changes: {
        at: string
        kind: 'audit' | 'event' | 'alert'
        actor: string | null
        action: string | null
        subject: string | null
        message: string
        level: 'debug' | 'info' | 'warning' | 'error' | 'critical'
      }[]
      changes_truncated: boolean
    }
  }
  'POST /monitoring/alerts/:id/resolve': {
    body: {
      comment?: string | null
    }
    answer: {
      id: string
      appliance: string | null
      rule: string
      title: string
      severity: 'info' | 'warning' | 'critical'
      source: 'system' | 'storage' | 'scst' | 'tape' | 'vtl' | 'task' | 'storwarden'
      resource: string
      labels: {
        [k: string]: string
      }
      message: string
      description: string
      action: string
      runbook_url: string | null
      part_of: {
        [k: string]: string
      }
      evidence: {
        [k: string]: unknown
      }
      state: 'pending' | 'firing' | 'resolved'
      acknowledged: boolean
      acknowledged_by: string | null
      acknowledged_at: string | null
      acknowledge_comment: string | null
      acknowledge_expires_at: string | null
      count: number
      started_at: string
      fired_at: string | null
      last_seen_at: string
      resolved_at: string | null
      resolved_by: string | null
      resolution: ('auto' | 'manual' | 'absent') | null
      resolve_comment: string | null
      flapping: boolean
      inhibited_by: string | null
      silenced_by: string[]
      transitions: {
        at: string
        from: ('pending' | 'firing' | 'acknowledged') | null
        to: 'pending' | 'firing' | 'resolved' | 'acknowledged'
        by: string | null
        comment: string | null
        task_id: string | null
      }[]
      notifications:
        | {
            id: string
            channel: string
            kind: 'alerts' | 'event' | 'test' | 'digest' | 'report'
            group: string | null
            summary: string
            alerts: {
              id: string
              event: 'firing' | 'repeated' | 'escalated' | 'flapping' | 'acknowledged' | 'resolved'
              title: string
              resource: string
            }[]
            state: 'waiting' | 'delivered' | 'given_up'
            attempts: number
            created_at: string
            next_attempt_at: string | null
            delivered_at: string | null
            given_up_at: string | null
            answer: string | null
            last_error: string | null
          }[]
        | null
      changes: {
        at: string
        kind: 'audit' | 'event' | 'alert'
        actor: string | null
        action: string | null
        subject: string | null
        message: string
        level: 'debug' | 'info' | 'warning' | 'error' | 'critical'
      }[]
      changes_truncated: boolean
    }
  }
  'GET /monitoring/silences': {
    query: {
      limit?: number
      offset?: number
    }
    answer: {
      silences: {
        id: string
        matchers: {
          name: string
          value: string
          is_regex: boolean
          is_equal: boolean
        }[]
        maintenance: boolean
        start: string
        end: string | null
        schedule: {
          cron: string
          duration_seconds: number
          time_zone: string
        } | null
        window: {
          start: string
          end: string
        } | null
        comment: string
        author: string
        state: 'pending' | 'active' | 'expired'
        created_at: string
        cancelled_at: string | null
        cancelled_by: string | null
      }[]
      total: number
    }
  }
  'GET /monitoring/silences/:id': {
    answer: {
      id: string
      matchers: {
        name: string
        value: string
        is_regex: boolean
        is_equal: boolean
      }[]
      maintenance: boolean
      start: string
      end: string | null
      schedule: {
        cron: string
        duration_seconds: number
        time_zone: string
      } | null
      window: {
        start: string
        end: string
      } | null
      comment: string
      author: string
      state: 'pending' | 'active' | 'expired'
      created_at: string
      cancelled_at: string | null
      cancelled_by: string | null
    }
  }
  'POST /monitoring/silences': {
    body: {
      matchers?: (
        | string
        | {
            name: string
            value: string
            is_regex?: boolean
            is_equal?: boolean
          }
      )[]
      maintenance?: boolean
      start?: string | null
      end?: string | null
      schedule?: {
        cron: string
        duration_seconds: number
        time_zone?: string | null
      } | null
      comment?: string | null
      author?: string | null
    }
    answer: {
      id: string
      matchers: {
        name: string
        value: string
        is_regex: boolean
        is_equal: boolean
      }[]
      maintenance: boolean
      start: string
      end: string | null
      schedule: {
        cron: string
        duration_seconds: number
        time_zone: string
      } | null
      window: {
        start: string
        end: string
      } | null
      comment: string
      author: string
      state: 'pending' | 'active' | 'expired'
      created_at: string
      cancelled_at: string | null
      cancelled_by: string | null
    }
  }
  'DELETE /monitoring/silences/:id': {}
  'GET /fleet/appliances': {
    answer: {
      appliances: {
        name: string
        state: 'reporting' | 'silent'
        url: string | null
        version: string | null
        health: string
        started_at: string | null
        first_heard_at: string
        last_heard_at: string
        silent_since: string | null
        epoch: number
        seq: number
        lag: number | null
        metrics_at: string | null
        stored: number
        missing: number
        unreadable: number
        other: {
          identity: string
          heard_at: string
        } | null
        alerts: {
          critical: number
          warning: number
          info: number
        }
      }[]
      total: number
      listening: boolean
      deaf_since: string | null
    }
  }
  'DELETE /fleet/appliances/:name': {}
  'GET /monitoring/metrics': {
    query: {
      name?: string
      labels?: string
      start_time?: string
      end_time?: string
      step_seconds?: number
      aggregate?: 'avg' | 'min' | 'max' | 'sum' | 'last' | 'count' | 'increase' | 'rate'
      /**
       * Of a fleet: of this appliance; of stored series also `*`, those of all, each with the label `appliance`, and of the daemon itself
       */
      appliance?: string
    }
    answer:
      | {
          timestamp: string
          system: {
            [k: string]: number | null
          }
          storage: {
            [k: string]: number | null
          }
          scst: {
            [k: string]: number | null
          }
          tape: {
            [k: string]: number | null
          }
          vtl: {
            [k: string]: number | null
          }
          tasks: {
            [k: string]: number | null
          }
          api: {
            [k: string]: number | null
          }
          collectors: {
            [k: string]: {
              state: 'read' | 'partial' | 'failed' | 'absent' | 'pending'
              age_seconds: number | null
              duration_seconds: number | null
              error: string | null
            }
          }
          appliance?: string
          taken_at?: string | null
          age_seconds?: number | null
          error?: string | null
        }
      | {
          name: string
          type: 'counter' | 'gauge' | 'histogram'
          series: {
            labels: {
              [k: string]: string
            }
            points: [string, number][]
          }[]
          step_seconds: number | null
          aggregate: ('avg' | 'min' | 'max' | 'sum' | 'last' | 'count' | 'increase' | 'rate') | null
          resolution_seconds: number | null
          start_time: string
          end_time: string
        }
  }
  'GET /monitoring/metrics/names': {
    answer: {
      names: {
        name: string
        type: 'counter' | 'gauge' | 'histogram'
        help: string
      }[]
    }
  }
  'POST /monitoring/metrics': {
    body:
      | {
          name: string
          metric_type: 'counter' | 'gauge' | 'histogram'
          value: number
          labels?: {
            [k: string]: string
          }
          timestamp?: string
        }
      | {
          name: string
          metric_type: 'counter' | 'gauge' | 'histogram'
          value: number
          labels?: {
            [k: string]: string
          }
          timestamp?: string
        }[]
    answer: {
      accepted: number
      stored: number
    }
  }
  'GET /monitoring/metrics/prometheus': {}
  'GET /monitoring/forecasts': {
    query: {
      kind?:
        | 'filesystem'
        | 'thin_pool_data'
        | 'thin_pool_metadata'
        | 'library_slots'
        | 'cleaning_cartridge'
        | 'cartridge_life'
    }
    answer: {
      computed_at: string | null
      forecasts: {
        kind:
          | 'filesystem'
          | 'thin_pool_data'
          | 'thin_pool_metadata'
          | 'library_slots'
          | 'cleaning_cartridge'
          | 'cartridge_life'
        object: string
        state: 'depleting' | 'used_up' | 'no_trend' | 'unknown'
        reason: string | null
        unit: 'bytes' | 'slots' | 'loads' | 'ratio'
        used: number
        capacity: number
        used_per_day: number | null
        used_up_at: string | null
        earliest_at: string | null
        latest_at: string | null
        history_days: number
      }[]
    }
  }
  'GET /monitoring/events': {
    query: {
      event_type?: 'log' | 'metric' | 'trace' | 'alert'
      source?: string
      level?: 'debug' | 'info' | 'warning' | 'error' | 'critical'
      start_time?: string
      end_time?: string
      q?: string
      tags?: string
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
      limit?: number
      offset?: number
      cursor?: string
    }
    answer: {
      events: {
        id: string
        seq: number | null
        type: ('alert' | 'task' | 'system' | 'storage' | 'scst' | 'tape' | 'vtl' | 'metrics') | null
        appliance: string | null
        event_type: 'log' | 'metric' | 'trace' | 'alert'
        source: string
        level: 'debug' | 'info' | 'warning' | 'error' | 'critical'
        message: string
        tags: {
          [k: string]: string
        }
        payload: {
          [k: string]: unknown
        }
        timestamp: string
        created_at: string
        created_by: string | null
      }[]
      total: number
      more_than_total: boolean
      next_cursor: string | null
    }
  }
  'GET /monitoring/events/:id': {
    answer: {
      id: string
      seq: number | null
      type: ('alert' | 'task' | 'system' | 'storage' | 'scst' | 'tape' | 'vtl' | 'metrics') | null
      appliance: string | null
      event_type: 'log' | 'metric' | 'trace' | 'alert'
      source: string
      level: 'debug' | 'info' | 'warning' | 'error' | 'critical'
      message: string
      tags: {
        [k: string]: string
      }
      payload: {
        [k: string]: unknown
      }
      timestamp: string
      created_at: string
      created_by: string | null
    }
  }
  'POST /monitoring/events': {
    body:
      | {
          event_type: 'log' | 'metric' | 'trace' | 'alert'
          source: string
          message: string
          level?: 'debug' | 'info' | 'warning' | 'error' | 'critical'
          tags?: {
            [k: string]: string
          }
          payload?: {
            [k: string]: unknown
          }
          timestamp?: string
        }
      | {
          event_type: 'log' | 'metric' | 'trace' | 'alert'
          source: string
          message: string
          level?: 'debug' | 'info' | 'warning' | 'error' | 'critical'
          tags?: {
            [k: string]: string
          }
          payload?: {
            [k: string]: unknown
          }
          timestamp?: string
        }[]
    answer: {
      id: string
      ids: string[]
    }
  }
  'GET /monitoring/stats': {
    answer: {
      success: boolean
      data: {
        total_events: number
        total_metrics: number
        active_alerts: number
        open_incidents: number
        events_last_hour: number
        metrics_last_hour: number
      }
    }
  }
  'GET /monitoring/consistency': {
    query: {
      check?: 'vtl' | 'scst' | 'library'
      kind?: 'missing' | 'orphaned' | 'pending' | 'different'
      ignored?: boolean
      q?: string
      limit?: number
      offset?: number
    }
    answer: {
      status: 'up' | 'degraded' | 'down' | 'unknown'
      checks: {
        check: 'vtl' | 'scst' | 'library'
        status: 'up' | 'degraded' | 'down' | 'unknown'
        message: string
        reasons: string[]
        checked_at: string
        age_seconds: number
        duration_seconds: number
        missing: number
        orphaned: number
        pending: number
        different: number
        ignored: number
        sources: {
          role: 'data' | 'live' | 'configured' | 'known'
          source: string
          state: 'read' | 'unread' | 'absent'
          reason: string | null
          taken_at: string | null
        }[]
        samples: {
          barcode: string
          library: string | null
          result: 'verified' | 'mismatch' | 'not_verified'
          reason: string | null
        }[]
      }[]
      differences: {
        id: string
        check: 'vtl' | 'scst' | 'library'
        kind: 'missing' | 'orphaned' | 'pending' | 'different'
        what: string
        name: string
        place: {
          [k: string]: string
        }
        attribute: string | null
        values: {
          role: 'data' | 'live' | 'configured' | 'known'
          source: string
          state: 'present' | 'absent' | 'unknown'
          value: string | null
          taken_at: string | null
          age_seconds: number | null
        }[]
        sentence: string
        action: string
        remedies: ('adopt_live' | 'restore_config' | 'ignore')[]
        told_by: string | null
        ignored: {
          by: string
          at: string
          reason: string
          until: string | null
        } | null
      }[]
      total: number
    }
  }
  'POST /monitoring/consistency/check': {
    body: {
      checks?: ('vtl' | 'scst' | 'library')[]
      strategy?: 'report_only' | 'adopt_live' | 'restore_config' | 're_inventory'
    }
    answer: {
      status: 'up' | 'degraded' | 'down' | 'unknown'
      checks: {
        check: 'vtl' | 'scst' | 'library'
        status: 'up' | 'degraded' | 'down' | 'unknown'
        message: string
        reasons: string[]
        checked_at: string
        age_seconds: number
        duration_seconds: number
        missing: number
        orphaned: number
        pending: number
        different: number
        ignored: number
        sources: {
          role: 'data' | 'live' | 'configured' | 'known'
          source: string
          state: 'read' | 'unread' | 'absent'
          reason: string | null
          taken_at: string | null
        }[]
        samples: {
          barcode: string
          library: string | null
          result: 'verified' | 'mismatch' | 'not_verified'
          reason: string | null
        }[]
      }[]
      differences: {
        id: string
        check: 'vtl' | 'scst' | 'library'
        kind: 'missing' | 'orphaned' | 'pending' | 'different'
        what: string
        name: string
        place: {
          [k: string]: string
        }
        attribute: string | null
        values: {
          role: 'data' | 'live' | 'configured' | 'known'
          source: string
          state: 'present' | 'absent' | 'unknown'
          value: string | null
          taken_at: string | null
          age_seconds: number | null
        }[]
        sentence: string
        action: string
        remedies: ('adopt_live' | 'restore_config' | 'ignore')[]
        told_by: string | null
        ignored: {
          by: string
          at: string
          reason: string
          until: string | null
        } | null
      }[]
      total: number
    }
  }
  'POST /monitoring/consistency/reconcile': {
    body: {
      strategy: 'report_only' | 'adopt_live' | 'restore_config' | 're_inventory'
      checks?: ('vtl' | 'scst' | 'library')[]
      dry_run?: boolean
      /**
       * For `restore_config`: which plan.
       */
      plan?: string
      /**
       * For `restore_config`: initiators may lose what they may be using.
       */
      allow_disruptive?: boolean
    }
    answer: {
      strategy: 'report_only' | 'adopt_live' | 'restore_config' | 're_inventory'
      dry_run: boolean
      steps: {
        differences: string[]
        words: string
        write: {
          path: string
          text: string
        } | null
        command: string[] | null
        disruptive: boolean
      }[]
      plan: string | null
      files: {
        path: string
        text: string
      }[]
      remembered: number
      forgotten: number
    }
  }
  'GET /monitoring/consistency/history': {
    query: {
      check?: 'vtl' | 'scst' | 'library'
      status?: 'up' | 'degraded' | 'down' | 'unknown'
      limit?: number
      offset?: number
    }
    answer: {
      results: {
        check: 'vtl' | 'scst' | 'library'
        status: 'up' | 'degraded' | 'down' | 'unknown'
        message: string
        checked_at: string
        duration_seconds: number
        missing: number
        orphaned: number
        pending: number
        different: number
        ignored: number
      }[]
      total: number
    }
  }
  'GET /monitoring/consistency/differences/:id': {
    answer: {
      id: string
      check: 'vtl' | 'scst' | 'library'
      kind: 'missing' | 'orphaned' | 'pending' | 'different'
      what: string
      name: string
      place: {
        [k: string]: string
      }
      attribute: string | null
      values: {
        role: 'data' | 'live' | 'configured' | 'known'
        source: string
        state: 'present' | 'absent' | 'unknown'
        value: string | null
        taken_at: string | null
        age_seconds: number | null
      }[]
      sentence: string
      action: string
      remedies: ('adopt_live' | 'restore_config' | 'ignore')[]
      told_by: string | null
      ignored: {
        by: string
        at: string
        reason: string
        until: string | null
      } | null
    }
  }
  'POST /monitoring/consistency/differences/:id/ignore': {
    body: {
      reason: string
      until?: string | null
    }
    answer: {
      id: string
      check: 'vtl' | 'scst' | 'library'
      kind: 'missing' | 'orphaned' | 'pending' | 'different'
      what: string
      name: string
      place: {
        [k: string]: string
      }
      attribute: string | null
      values: {
        role: 'data' | 'live' | 'configured' | 'known'
        source: string
        state: 'present' | 'absent' | 'unknown'
        value: string | null
        taken_at: string | null
        age_seconds: number | null
      }[]
      sentence: string
      action: string
      remedies: ('adopt_live' | 'restore_config' | 'ignore')[]
      told_by: string | null
      ignored: {
        by: string
        at: string
        reason: string
        until: string | null
      } | null
    }
  }
  'DELETE /monitoring/consistency/differences/:id/ignore': {}
  'GET /monitoring/consistency/catalogue': {
    answer: {
      catalogue: {
        name: string
        imported_at: string
        imported_by: string
        cartridges: number
      } | null
    }
  }
  'POST /monitoring/consistency/catalogue': {
    body: {
      csv: string
      name?: string
    }
    answer: {
      name: string
      imported_at: string
      imported_by: string
      cartridges: number
    }
  }
  'DELETE /monitoring/consistency/catalogue': {}
  'GET /monitoring/notifications': {
    query: {
      channel?: string
      state?: 'waiting' | 'delivered' | 'given_up'
      kind?: 'alerts' | 'event' | 'test' | 'digest' | 'report'
      alert?: string
      since?: string
      until?: string
      limit?: number
      offset?: number
      cursor?: string
    }
    answer: {
      notifications: {
        id: string
        channel: string
        kind: 'alerts' | 'event' | 'test' | 'digest' | 'report'
        group: string | null
        summary: string
        alerts: {
          id: string
          event: 'firing' | 'repeated' | 'escalated' | 'flapping' | 'acknowledged' | 'resolved'
          title: string
          resource: string
        }[]
        state: 'waiting' | 'delivered' | 'given_up'
        attempts: number
        created_at: string
        next_attempt_at: string | null
        delivered_at: string | null
        given_up_at: string | null
        answer: string | null
        last_error: string | null
      }[]
      total: number
      next_cursor: string | null
    }
  }
  'POST /monitoring/notifications/test': {
    body: {
      channel?: string
      message?: string
    }
    answer: {
      notifications: {
        id: string
        channel: string
        kind: 'alerts' | 'event' | 'test' | 'digest' | 'report'
        group: string | null
        summary: string
        alerts: {
          id: string
          event: 'firing' | 'repeated' | 'escalated' | 'flapping' | 'acknowledged' | 'resolved'
          title: string
          resource: string
        }[]
        state: 'waiting' | 'delivered' | 'given_up'
        attempts: number
        created_at: string
        next_attempt_at: string | null
        delivered_at: string | null
        given_up_at: string | null
        answer: string | null
        last_error: string | null
      }[]
    }
  }
  'GET /monitoring/notifications/:id': {
    answer: {
      id: string
      channel: string
      kind: 'alerts' | 'event' | 'test' | 'digest' | 'report'
      group: string | null
      summary: string
      alerts: {
        id: string
        event: 'firing' | 'repeated' | 'escalated' | 'flapping' | 'acknowledged' | 'resolved'
        title: string
        resource: string
      }[]
      state: 'waiting' | 'delivered' | 'given_up'
      attempts: number
      created_at: string
      next_attempt_at: string | null
      delivered_at: string | null
      given_up_at: string | null
      answer: string | null
      last_error: string | null
      content: {
        [k: string]: unknown
      }
      attempt_log: {
        at: string
        duration_seconds: number
        delivered: boolean
        answer: string
      }[]
    }
  }
  'GET /monitoring/channels': {
    answer: {
      channels: {
        name: string
        up: boolean | null
        takes_tests: boolean
        failing_since: string | null
        failures_in_a_row: number
        last_error: string | null
        last_delivered_at: string | null
        waiting: number
        oldest_waiting_seconds: number | null
        given_up_within_a_day: number
      }[]
    }
  }
  'GET /monitoring/operations': {
    answer: {
      since: string
      operations: {
        operation:
          | 'poll_system'
          | 'poll_disks'
          | 'poll_smart'
          | 'poll_md_arrays'
          | 'poll_volume_groups'
          | 'poll_filesystems'
          | 'poll_repositories'
          | 'poll_network'
          | 'poll_sensors'
          | 'poll_enclosures'
          | 'poll_services'
          | 'poll_scst'
          | 'poll_scst_sessions'
          | 'poll_scst_commands'
          | 'poll_changer'
          | 'poll_tape_drive'
          | 'poll_tape_health'
          | 'poll_mhvtl'
          | 'poll_quadstor'
          | 'poll_fc_hosts'
          | 'poll_iscsi'
          | 'poll_kernel_log'
          | 'test_unit_ready'
          | 'request_sense'
          | 'inquiry'
          | 'mode_sense'
          | 'read_position'
          | 'report_density_support'
          | 'read_log_pages'
          | 'persistent_reserve_in'
          | 'read_attributes'
          | 'read_capacity'
          | 'report_luns'
          | 'read_element_status'
          | 'scsi_other'
          | 'run_dmesg'
          | 'run_edit_tape'
          | 'run_journalctl'
          | 'run_lsscsi'
          | 'run_lvs'
          | 'run_mktape'
          | 'run_mtx'
          | 'run_pvs'
          | 'run_scstadmin'
          | 'run_sg_inq'
          | 'run_sg_logs'
          | 'run_sg_raw'
          | 'run_sg_ses'
          | 'run_smartctl'
          | 'run_systemctl'
          | 'run_vgs'
          | 'run_vtlcmd'
          | 'run_other'
          | 'write_scst'
          | 'write_vtl'
          | 'change_repository'
          | 'move_medium'
          | 'write_scst_config'
          | 'monitoring_event_processing'
          | 'monitoring_alert_evaluation'
          | 'monitoring_incident_analysis'
          | 'monitoring_data_retention'
          | 'consistency_restore_config'
          | 'backup'
          | 'database_maintenance'
          | 'scst_enable_target'
          | 'vtl_create_library'
          | 'vtl_add_media'
          | 'vtl_remove_media'
          | 'vtl_retire'
          | 'vtl_write_protect'
          | 'vtl_online'
          | 'vtl_offline'
          | 'vtl_restart_daemons'
          | 'vtl_tape_alert'
          | 'weekly_report'
          | 'tape_load'
          | 'tape_unload'
          | 'tape_transfer'
          | 'tape_exchange'
          | 'tape_import'
          | 'tape_export'
          | 'tape_inventory'
          | 'tape_clean'
          | 'tape_eject'
          | 'scst_apply'
          | 'scst_target_create'
          | 'scst_target_change'
          | 'scst_target_delete'
          | 'scst_group_create'
          | 'scst_group_change'
          | 'scst_group_delete'
          | 'scst_initiator_create'
          | 'scst_initiator_delete'
          | 'scst_lun_create'
          | 'scst_lun_change'
          | 'scst_lun_delete'
          | 'scst_vdisk_create'
          | 'scst_vdisk_change'
          | 'scst_vdisk_delete'
          | 'scst_passthrough_create'
          | 'scst_passthrough_delete'
          | 'scst_device_group_create'
          | 'scst_device_group_change'
          | 'scst_device_group_delete'
          | 'scst_export_library'
          | 'repository_create'
          | 'repository_grow'
          | 'task_other'
        count: number
        failures: number
        success_rate: number
        p50_seconds: number
        p95_seconds: number
        max_seconds: number
        affected_objects: number
        last_at: string
        last_error: {
          at: string
          error: string
        } | null
      }[]
      caches: {
        cache: string
        hits: number
        misses: number
        hit_rate: number | null
        size: number
        memory_bytes: number | null
      }[]
      logging: {
        enabled: boolean
        operations:
          | (
              | 'poll_system'
              | 'poll_disks'
              | 'poll_smart'
              | 'poll_md_arrays'
              | 'poll_volume_groups'
              | 'poll_filesystems'
              | 'poll_repositories'
              | 'poll_network'
              | 'poll_sensors'
              | 'poll_enclosures'
              | 'poll_services'
              | 'poll_scst'
              | 'poll_scst_sessions'
              | 'poll_scst_commands'
              | 'poll_changer'
              | 'poll_tape_drive'
              | 'poll_tape_health'
              | 'poll_mhvtl'
              | 'poll_quadstor'
              | 'poll_fc_hosts'
              | 'poll_iscsi'
              | 'poll_kernel_log'
              | 'test_unit_ready'
              | 'request_sense'
              | 'inquiry'
              | 'mode_sense'
              | 'read_position'
              | 'report_density_support'
              | 'read_log_pages'
              | 'persistent_reserve_in'
              | 'read_attributes'
              | 'read_capacity'
              | 'report_luns'
              | 'read_element_status'
              | 'scsi_other'
              | 'run_dmesg'
              | 'run_edit_tape'
              | 'run_journalctl'
              | 'run_lsscsi'
              | 'run_lvs'
              | 'run_mktape'
              | 'run_mtx'
              | 'run_pvs'
              | 'run_scstadmin'
              | 'run_sg_inq'
              | 'run_sg_logs'
              | 'run_sg_raw'
              | 'run_sg_ses'
              | 'run_smartctl'
              | 'run_systemctl'
              | 'run_vgs'
              | 'run_vtlcmd'
              | 'run_other'
              | 'write_scst'
              | 'write_vtl'
              | 'change_repository'
              | 'move_medium'
              | 'write_scst_config'
              | 'monitoring_event_processing'
              | 'monitoring_alert_evaluation'
              | 'monitoring_incident_analysis'
              | 'monitoring_data_retention'
              | 'consistency_restore_config'
              | 'backup'
              | 'database_maintenance'
              | 'scst_enable_target'
              | 'vtl_create_library'
              | 'vtl_add_media'
              | 'vtl_remove_media'
              | 'vtl_retire'
              | 'vtl_write_protect'
              | 'vtl_online'
              | 'vtl_offline'
              | 'vtl_restart_daemons'
              | 'vtl_tape_alert'
              | 'weekly_report'
              | 'tape_load'
              | 'tape_unload'
              | 'tape_transfer'
              | 'tape_exchange'
              | 'tape_import'
              | 'tape_export'
              | 'tape_inventory'
              | 'tape_clean'
              | 'tape_eject'
              | 'scst_apply'
              | 'scst_target_create'
              | 'scst_target_change'
              | 'scst_target_delete'
              | 'scst_group_create'
              | 'scst_group_change'
              | 'scst_group_delete'
              | 'scst_initiator_create'
              | 'scst_initiator_delete'
              | 'scst_lun_create'
              | 'scst_lun_change'
              | 'scst_lun_delete'
              | 'scst_vdisk_create'
              | 'scst_vdisk_change'
              | 'scst_vdisk_delete'
              | 'scst_passthrough_create'
              | 'scst_passthrough_delete'
              | 'scst_device_group_create'
              | 'scst_device_group_change'
              | 'scst_device_group_delete'
              | 'scst_export_library'
              | 'repository_create'
              | 'repository_grow'
              | 'task_other'
            )[]
          | null
        expires_at: string | null
      }
    }
  }
  'GET /monitoring/operations/recent': {
    query: {
      limit?: number
      operation?:
        | 'poll_system'
        | 'poll_disks'
        | 'poll_smart'
        | 'poll_md_arrays'
        | 'poll_volume_groups'
        | 'poll_filesystems'
        | 'poll_repositories'
        | 'poll_network'
        | 'poll_sensors'
        | 'poll_enclosures'
        | 'poll_services'
        | 'poll_scst'
        | 'poll_scst_sessions'
        | 'poll_scst_commands'
        | 'poll_changer'
        | 'poll_tape_drive'
        | 'poll_tape_health'
        | 'poll_mhvtl'
        | 'poll_quadstor'
        | 'poll_fc_hosts'
        | 'poll_iscsi'
        | 'poll_kernel_log'
        | 'test_unit_ready'
        | 'request_sense'
        | 'inquiry'
        | 'mode_sense'
        | 'read_position'
        | 'report_density_support'
        | 'read_log_pages'
        | 'persistent_reserve_in'
        | 'read_attributes'
        | 'read_capacity'
        | 'report_luns'
        | 'read_element_status'
        | 'scsi_other'
        | 'run_dmesg'
        | 'run_edit_tape'
        | 'run_journalctl'
        | 'run_lsscsi'
        | 'run_lvs'
        | 'run_mktape'
        | 'run_mtx'
        | 'run_pvs'
        | 'run_scstadmin'
        | 'run_sg_inq'
        | 'run_sg_logs'
        | 'run_sg_raw'
        | 'run_sg_ses'
        | 'run_smartctl'
        | 'run_systemctl'
        | 'run_vgs'
        | 'run_vtlcmd'
        | 'run_other'
        | 'write_scst'
        | 'write_vtl'
        | 'change_repository'
        | 'move_medium'
        | 'write_scst_config'
        | 'monitoring_event_processing'
        | 'monitoring_alert_evaluation'
        | 'monitoring_incident_analysis'
        | 'monitoring_data_retention'
        | 'consistency_restore_config'
        | 'backup'
        | 'database_maintenance'
        | 'scst_enable_target'
        | 'vtl_create_library'
        | 'vtl_add_media'
        | 'vtl_remove_media'
        | 'vtl_retire'
        | 'vtl_write_protect'
        | 'vtl_online'
        | 'vtl_offline'
        | 'vtl_restart_daemons'
        | 'vtl_tape_alert'
        | 'weekly_report'
        | 'tape_load'
        | 'tape_unload'
        | 'tape_transfer'
        | 'tape_exchange'
        | 'tape_import'
        | 'tape_export'
        | 'tape_inventory'
        | 'tape_clean'
        | 'tape_eject'
        | 'scst_apply'
        | 'scst_target_create'
        | 'scst_target_change'
        | 'scst_target_delete'
        | 'scst_group_create'
        | 'scst_group_change'
        | 'scst_group_delete'
        | 'scst_initiator_create'
        | 'scst_initiator_delete'
        | 'scst_lun_create'
        | 'scst_lun_change'
        | 'scst_lun_delete'
        | 'scst_vdisk_create'
        | 'scst_vdisk_change'
        | 'scst_vdisk_delete'
        | 'scst_passthrough_create'
        | 'scst_passthrough_delete'
        | 'scst_device_group_create'
        | 'scst_device_group_change'
        | 'scst_device_group_delete'
        | 'scst_export_library'
        | 'repository_create'
        | 'repository_grow'
        | 'task_other'
      status?: 'ok' | 'error' | 'timeout' | 'cancelled'
    }
    answer: {
      operations: {
        operation:
          | 'poll_system'
          | 'poll_disks'
          | 'poll_smart'
          | 'poll_md_arrays'
          | 'poll_volume_groups'
          | 'poll_filesystems'
          | 'poll_repositories'
          | 'poll_network'
          | 'poll_sensors'
          | 'poll_enclosures'
          | 'poll_services'
          | 'poll_scst'
          | 'poll_scst_sessions'
          | 'poll_scst_commands'
          | 'poll_changer'
          | 'poll_tape_drive'
          | 'poll_tape_health'
          | 'poll_mhvtl'
          | 'poll_quadstor'
          | 'poll_fc_hosts'
          | 'poll_iscsi'
          | 'poll_kernel_log'
          | 'test_unit_ready'
          | 'request_sense'
          | 'inquiry'
          | 'mode_sense'
          | 'read_position'
          | 'report_density_support'
          | 'read_log_pages'
          | 'persistent_reserve_in'
          | 'read_attributes'
          | 'read_capacity'
          | 'report_luns'
          | 'read_element_status'
          | 'scsi_other'
          | 'run_dmesg'
          | 'run_edit_tape'
          | 'run_journalctl'
          | 'run_lsscsi'
          | 'run_lvs'
          | 'run_mktape'
          | 'run_mtx'
          | 'run_pvs'
          | 'run_scstadmin'
          | 'run_sg_inq'
          | 'run_sg_logs'
          | 'run_sg_raw'
          | 'run_sg_ses'
          | 'run_smartctl'
          | 'run_systemctl'
          | 'run_vgs'
          | 'run_vtlcmd'
          | 'run_other'
          | 'write_scst'
          | 'write_vtl'
          | 'change_repository'
          | 'move_medium'
          | 'write_scst_config'
          | 'monitoring_event_processing'
          | 'monitoring_alert_evaluation'
          | 'monitoring_incident_analysis'
          | 'monitoring_data_retention'
          | 'consistency_restore_config'
          | 'backup'
          | 'database_maintenance'
          | 'scst_enable_target'
          | 'vtl_create_library'
          | 'vtl_add_media'
          | 'vtl_remove_media'
          | 'vtl_retire'
          | 'vtl_write_protect'
          | 'vtl_online'
          | 'vtl_offline'
          | 'vtl_restart_daemons'
          | 'vtl_tape_alert'
          | 'weekly_report'
          | 'tape_load'
          | 'tape_unload'
          | 'tape_transfer'
          | 'tape_exchange'
          | 'tape_import'
          | 'tape_export'
          | 'tape_inventory'
          | 'tape_clean'
          | 'tape_eject'
          | 'scst_apply'
          | 'scst_target_create'
          | 'scst_target_change'
          | 'scst_target_delete'
          | 'scst_group_create'
          | 'scst_group_change'
          | 'scst_group_delete'
          | 'scst_initiator_create'
          | 'scst_initiator_delete'
          | 'scst_lun_create'
          | 'scst_lun_change'
          | 'scst_lun_delete'
          | 'scst_vdisk_create'
          | 'scst_vdisk_change'
          | 'scst_vdisk_delete'
          | 'scst_passthrough_create'
          | 'scst_passthrough_delete'
          | 'scst_device_group_create'
          | 'scst_device_group_change'
          | 'scst_device_group_delete'
          | 'scst_export_library'
          | 'repository_create'
          | 'repository_grow'
          | 'task_other'
        labels: {
          [k: string]: string
        }
        started_at: string
        duration_seconds: number
        status: 'ok' | 'error' | 'timeout' | 'cancelled'
        affected_objects: number | null
        error: string | null
      }[]
    }
  }
  'GET /monitoring/operations/logging': {
    answer: {
      enabled: boolean
      operations:
        | (
            | 'poll_system'
            | 'poll_disks'
            | 'poll_smart'
            | 'poll_md_arrays'
            | 'poll_volume_groups'
            | 'poll_filesystems'
            | 'poll_repositories'
            | 'poll_network'
            | 'poll_sensors'
            | 'poll_enclosures'
            | 'poll_services'
            | 'poll_scst'
            | 'poll_scst_sessions'
            | 'poll_scst_commands'
            | 'poll_changer'
            | 'poll_tape_drive'
            | 'poll_tape_health'
            | 'poll_mhvtl'
            | 'poll_quadstor'
            | 'poll_fc_hosts'
            | 'poll_iscsi'
            | 'poll_kernel_log'
            | 'test_unit_ready'
            | 'request_sense'
            | 'inquiry'
            | 'mode_sense'
            | 'read_position'
            | 'report_density_support'
            | 'read_log_pages'
            | 'persistent_reserve_in'
            | 'read_attributes'
            | 'read_capacity'
            | 'report_luns'
            | 'read_element_status'
            | 'scsi_other'
            | 'run_dmesg'
            | 'run_edit_tape'
            | 'run_journalctl'
            | 'run_lsscsi'
            | 'run_lvs'
            | 'run_mktape'
            | 'run_mtx'
            | 'run_pvs'
            | 'run_scstadmin'
            | 'run_sg_inq'
            | 'run_sg_logs'
            | 'run_sg_raw'
            | 'run_sg_ses'
            | 'run_smartctl'
            | 'run_systemctl'
            | 'run_vgs'
            | 'run_vtlcmd'
            | 'run_other'
            | 'write_scst'
            | 'write_vtl'
            | 'change_repository'
            | 'move_medium'
            | 'write_scst_config'
            | 'monitoring_event_processing'
            | 'monitoring_alert_evaluation'
            | 'monitoring_incident_analysis'
            | 'monitoring_data_retention'
            | 'consistency_restore_config'
            | 'backup'
            | 'database_maintenance'
            | 'scst_enable_target'
            | 'vtl_create_library'
            | 'vtl_add_media'
            | 'vtl_remove_media'
            | 'vtl_retire'
            | 'vtl_write_protect'
            | 'vtl_online'
            | 'vtl_offline'
            | 'vtl_restart_daemons'
            | 'vtl_tape_alert'
            | 'weekly_report'
            | 'tape_load'
            | 'tape_unload'
            | 'tape_transfer'
            | 'tape_exchange'
            | 'tape_import'
            | 'tape_export'
            | 'tape_inventory'
            | 'tape_clean'
            | 'tape_eject'
            | 'scst_apply'
            | 'scst_target_create'
            | 'scst_target_change'
            | 'scst_target_delete'
            | 'scst_group_create'
            | 'scst_group_change'
            | 'scst_group_delete'
            | 'scst_initiator_create'
            | 'scst_initiator_delete'
            | 'scst_lun_create'
            | 'scst_lun_change'
            | 'scst_lun_delete'
            | 'scst_vdisk_create'
            | 'scst_vdisk_change'
            | 'scst_vdisk_delete'
            | 'scst_passthrough_create'
            | 'scst_passthrough_delete'
            | 'scst_device_group_create'
            | 'scst_device_group_change'
            | 'scst_device_group_delete'
            | 'scst_export_library'
            | 'repository_create'
            | 'repository_grow'
            | 'task_other'
          )[]
        | null
      expires_at: string | null
    }
  }
  'PUT /monitoring/operations/logging': {
    body: {
      enabled: boolean
      operations?:
        | (
            | 'poll_system'
            | 'poll_disks'
            | 'poll_smart'
            | 'poll_md_arrays'
            | 'poll_volume_groups'
            | 'poll_filesystems'
            | 'poll_repositories'
            | 'poll_network'
            | 'poll_sensors'
            | 'poll_enclosures'
            | 'poll_services'
            | 'poll_scst'
            | 'poll_scst_sessions'
            | 'poll_scst_commands'
            | 'poll_changer'
            | 'poll_tape_drive'
            | 'poll_tape_health'
            | 'poll_mhvtl'
            | 'poll_quadstor'
            | 'poll_fc_hosts'
            | 'poll_iscsi'
            | 'poll_kernel_log'
            | 'test_unit_ready'
            | 'request_sense'
            | 'inquiry'
            | 'mode_sense'
            | 'read_position'
            | 'report_density_support'
            | 'read_log_pages'
            | 'persistent_reserve_in'
            | 'read_attributes'
            | 'read_capacity'
            | 'report_luns'
            | 'read_element_status'
            | 'scsi_other'
            | 'run_dmesg'
            | 'run_edit_tape'
            | 'run_journalctl'
            | 'run_lsscsi'
            | 'run_lvs'
            | 'run_mktape'
            | 'run_mtx'
            | 'run_pvs'
            | 'run_scstadmin'
            | 'run_sg_inq'
            | 'run_sg_logs'
            | 'run_sg_raw'
            | 'run_sg_ses'
            | 'run_smartctl'
            | 'run_systemctl'
            | 'run_vgs'
            | 'run_vtlcmd'
            | 'run_other'
            | 'write_scst'
            | 'write_vtl'
            | 'change_repository'
            | 'move_medium'
            | 'write_scst_config'
            | 'monitoring_event_processing'
            | 'monitoring_alert_evaluation'
            | 'monitoring_incident_analysis'
            | 'monitoring_data_retention'
            | 'consistency_restore_config'
            | 'backup'
            | 'database_maintenance'
            | 'scst_enable_target'
            | 'vtl_create_library'
            | 'vtl_add_media'
            | 'vtl_remove_media'
            | 'vtl_retire'
            | 'vtl_write_protect'
            | 'vtl_online'
            | 'vtl_offline'
            | 'vtl_restart_daemons'
            | 'vtl_tape_alert'
            | 'weekly_report'
            | 'tape_load'
            | 'tape_unload'
            | 'tape_transfer'
            | 'tape_exchange'
            | 'tape_import'
            | 'tape_export'
            | 'tape_inventory'
            | 'tape_clean'
            | 'tape_eject'
            | 'scst_apply'
            | 'scst_target_create'
            | 'scst_target_change'
            | 'scst_target_delete'
            | 'scst_group_create'
            | 'scst_group_change'
            | 'scst_group_delete'
            | 'scst_initiator_create'
            | 'scst_initiator_delete'
            | 'scst_lun_create'
            | 'scst_lun_change'
            | 'scst_lun_delete'
            | 'scst_vdisk_create'
            | 'scst_vdisk_change'
            | 'scst_vdisk_delete'
            | 'scst_passthrough_create'
            | 'scst_passthrough_delete'
            | 'scst_device_group_create'
            | 'scst_device_group_change'
            | 'scst_device_group_delete'
            | 'scst_export_library'
            | 'repository_create'
            | 'repository_grow'
            | 'task_other'
          )[]
        | null
      expires_at?: string | null
    }
    answer: {
      enabled: boolean
      operations:
        | (
            | 'poll_system'
            | 'poll_disks'
            | 'poll_smart'
            | 'poll_md_arrays'
            | 'poll_volume_groups'
            | 'poll_filesystems'
            | 'poll_repositories'
            | 'poll_network'
            | 'poll_sensors'
            | 'poll_enclosures'
            | 'poll_services'
            | 'poll_scst'
            | 'poll_scst_sessions'
            | 'poll_scst_commands'
            | 'poll_changer'
            | 'poll_tape_drive'
            | 'poll_tape_health'
            | 'poll_mhvtl'
            | 'poll_quadstor'
            | 'poll_fc_hosts'
            | 'poll_iscsi'
            | 'poll_kernel_log'
            | 'test_unit_ready'
            | 'request_sense'
            | 'inquiry'
            | 'mode_sense'
            | 'read_position'
            | 'report_density_support'
            | 'read_log_pages'
            | 'persistent_reserve_in'
            | 'read_attributes'
            | 'read_capacity'
            | 'report_luns'
            | 'read_element_status'
            | 'scsi_other'
            | 'run_dmesg'
            | 'run_edit_tape'
            | 'run_journalctl'
            | 'run_lsscsi'
            | 'run_lvs'
            | 'run_mktape'
            | 'run_mtx'
            | 'run_pvs'
            | 'run_scstadmin'
            | 'run_sg_inq'
            | 'run_sg_logs'
            | 'run_sg_raw'
            | 'run_sg_ses'
            | 'run_smartctl'
            | 'run_systemctl'
            | 'run_vgs'
            | 'run_vtlcmd'
            | 'run_other'
            | 'write_scst'
            | 'write_vtl'
            | 'change_repository'
            | 'move_medium'
            | 'write_scst_config'
            | 'monitoring_event_processing'
            | 'monitoring_alert_evaluation'
            | 'monitoring_incident_analysis'
            | 'monitoring_data_retention'
            | 'consistency_restore_config'
            | 'backup'
            | 'database_maintenance'
            | 'scst_enable_target'
            | 'vtl_create_library'
            | 'vtl_add_media'
            | 'vtl_remove_media'
            | 'vtl_retire'
            | 'vtl_write_protect'
            | 'vtl_online'
            | 'vtl_offline'
            | 'vtl_restart_daemons'
            | 'vtl_tape_alert'
            | 'weekly_report'
            | 'tape_load'
            | 'tape_unload'
            | 'tape_transfer'
            | 'tape_exchange'
            | 'tape_import'
            | 'tape_export'
            | 'tape_inventory'
            | 'tape_clean'
            | 'tape_eject'
            | 'scst_apply'
            | 'scst_target_create'
            | 'scst_target_change'
            | 'scst_target_delete'
            | 'scst_group_create'
            | 'scst_group_change'
            | 'scst_group_delete'
            | 'scst_initiator_create'
            | 'scst_initiator_delete'
            | 'scst_lun_create'
            | 'scst_lun_change'
            | 'scst_lun_delete'
            | 'scst_vdisk_create'
            | 'scst_vdisk_change'
            | 'scst_vdisk_delete'
            | 'scst_passthrough_create'
            | 'scst_passthrough_delete'
            | 'scst_device_group_create'
            | 'scst_device_group_change'
            | 'scst_device_group_delete'
            | 'scst_export_library'
            | 'repository_create'
            | 'repository_grow'
            | 'task_other'
          )[]
        | null
      expires_at: string | null
    }
  }
  'GET /monitoring/operations/breakers': {
    answer: {
      breakers: {
        name: string
        state: 'closed' | 'half_open' | 'open'
      }[]
    }
  }
  'GET /monitoring/readings': {
    answer: {
      taken_at: string
      readings: {
        subject: string
        state: 'read' | 'partial' | 'failed' | 'absent'
        age_seconds: number | null
        taken_at: string | null
        duration_seconds: number
        error: string | null
        failing_since: string | null
      }[]
    }
  }
  'GET /monitoring/readings/:id': {
    answer: {
      subject: string
      state: 'read' | 'partial' | 'failed' | 'absent'
      age_seconds: number | null
      taken_at: string | null
      duration_seconds: number
      error: string | null
      failing_since: string | null
      problems: {
        labels: {
          [k: string]: string
        }
        error: string
      }[]
      value: unknown
    }
  }
  'GET /log': {
    answer: {
      level: 'debug' | 'info' | 'warn' | 'error' | 'fatal'
      configured_level: 'debug' | 'info' | 'warn' | 'error' | 'fatal'
      expires_at: string | null
      lines_lost: number
    }
  }
  'PUT /log': {
    body: {
      level: ('debug' | 'info' | 'warn' | 'error' | 'fatal') | null
      for_seconds?: number | null
    }
    answer: {
      level: 'debug' | 'info' | 'warn' | 'error' | 'fatal'
      configured_level: 'debug' | 'info' | 'warn' | 'error' | 'fatal'
      expires_at: string | null
      lines_lost: number
    }
  }
  'GET /config': {
    answer: {
      settings: {
        key: string
        value: unknown
        by_default: unknown
        changed: boolean
        secret_is_set: boolean | null
        description: string
        unit: string | null
        variable: string
      }[]
    }
  }
  'POST /monitoring/rules/test': {
    body: {
      name?: string
      description?: string | null
      action?: string | null
      query?: string | null
      condition?: string | null
      threshold_value?: number | null
      clear_threshold?: number | null
      for_seconds?: number
      keep_firing_seconds?: number
      severity?: 'info' | 'warning' | 'critical'
      source?: 'system' | 'storage' | 'scst' | 'tape' | 'vtl' | 'task' | 'storwarden'
      labels?: {
        [k: string]: string
      }
      enabled?: boolean
      since?: string | null
      until?: string | null
    }
    answer: {
      rule: {
        name: string
        description: string
        action: string
        query: string | null
        threshold_value: number | null
        clear_threshold: number | null
        for_seconds: number
        keep_firing_seconds: number
        severity: 'info' | 'warning' | 'critical'
        source: 'system' | 'storage' | 'scst' | 'tape' | 'vtl' | 'task' | 'storwarden'
        labels: {
          [k: string]: string
        }
        enabled: boolean
      }
      now: {
        at: string
        findings: {
          labels: {
            [k: string]: string
          }
          value: number | null
          message: string
          evidence: {
            [k: string]: unknown
          }
        }[]
        findings_total: number
        places: {
          labels: {
            [k: string]: string
          }
          value: number | null
          holds: boolean | null
        }[]
        places_total: number
        undecided: {
          [k: string]: string
        }[]
        undecided_total: number
        unread: {
          metric: string
          labels: {
            [k: string]: string
          }
          error: string
        }[]
      }
      past: {
        since: string
        until: string
        step_seconds: number
        stored_since: string | null
        periods: {
          labels: {
            [k: string]: string
          }
          pending_at: string
          fired_at: string | null
          resolved_at: string | null
        }[]
        periods_total: number
        too_short: number
        undecided_steps: number
      }
    }
  }
  'GET /monitoring/rules': {
    answer: {
      rules: {
        id: string
        title: string
        name: string
        description: string
        action: string
        query: string | null
        threshold_value: number | null
        clear_threshold: number | null
        for_seconds: number
        keep_firing_seconds: number
        severity: 'info' | 'warning' | 'critical'
        source: 'system' | 'storage' | 'scst' | 'tape' | 'vtl' | 'task' | 'storwarden'
        labels: {
          [k: string]: string
        }
        enabled: boolean
        builtin: boolean
        faults: {
          path: string
          message: string
          at?: {
            line: number
            column: number
            offset: number
            length: number
          }
        }[]
        created_at: string | null
        created_by: string | null
        updated_at: string | null
        updated_by: string | null
      }[]
      total: number
    }
  }
  'GET /monitoring/rules/:id': {
    answer: {
      id: string
      title: string
      name: string
      description: string
      action: string
      query: string | null
      threshold_value: number | null
      clear_threshold: number | null
      for_seconds: number
      keep_firing_seconds: number
      severity: 'info' | 'warning' | 'critical'
      source: 'system' | 'storage' | 'scst' | 'tape' | 'vtl' | 'task' | 'storwarden'
      labels: {
        [k: string]: string
      }
      enabled: boolean
      builtin: boolean
      faults: {
        path: string
        message: string
        at?: {
          line: number
          column: number
          offset: number
          length: number
        }
      }[]
      created_at: string | null
      created_by: string | null
      updated_at: string | null
      updated_by: string | null
    }
  }
  'POST /monitoring/rules': {
    body: {
      name: string
      description?: string | null
      action?: string | null
      query?: string | null
      condition?: string | null
      threshold_value?: number | null
      clear_threshold?: number | null
      for_seconds?: number
      keep_firing_seconds?: number
      severity?: 'info' | 'warning' | 'critical'
      source?: 'system' | 'storage' | 'scst' | 'tape' | 'vtl' | 'task' | 'storwarden'
      labels?: {
        [k: string]: string
      }
      enabled?: boolean
    }
    answer: {
      id: string
      title: string
      name: string
      description: string
      action: string
      query: string | null
      threshold_value: number | null
      clear_threshold: number | null
      for_seconds: number
      keep_firing_seconds: number
      severity: 'info' | 'warning' | 'critical'
      source: 'system' | 'storage' | 'scst' | 'tape' | 'vtl' | 'task' | 'storwarden'
      labels: {
        [k: string]: string
      }
      enabled: boolean
      builtin: boolean
      faults: {
        path: string
        message: string
        at?: {
          line: number
          column: number
          offset: number
          length: number
        }
      }[]
      created_at: string | null
      created_by: string | null
      updated_at: string | null
      updated_by: string | null
    }
  }
  'POST /monitoring/alerts': {
    body: {
      name: string
      description?: string | null
      action?: string | null
      query?: string | null
      condition?: string | null
      threshold_value?: number | null
      clear_threshold?: number | null
      for_seconds?: number
      keep_firing_seconds?: number
      severity?: 'info' | 'warning' | 'critical'
      source?: 'system' | 'storage' | 'scst' | 'tape' | 'vtl' | 'task' | 'storwarden'
      labels?: {
        [k: string]: string
      }
      enabled?: boolean
    }
    answer: {
      id: string
      title: string
      name: string
      description: string
      action: string
      query: string | null
      threshold_value: number | null
      clear_threshold: number | null
      for_seconds: number
      keep_firing_seconds: number
      severity: 'info' | 'warning' | 'critical'
      source: 'system' | 'storage' | 'scst' | 'tape' | 'vtl' | 'task' | 'storwarden'
      labels: {
        [k: string]: string
      }
      enabled: boolean
      builtin: boolean
      faults: {
        path: string
        message: string
        at?: {
          line: number
          column: number
          offset: number
          length: number
        }
      }[]
      created_at: string | null
      created_by: string | null
      updated_at: string | null
      updated_by: string | null
    }
  }
  'PUT /monitoring/rules/:id': {
    body: {
      name: string
      description?: string | null
      action?: string | null
      query?: string | null
      condition?: string | null
      threshold_value?: number | null
      clear_threshold?: number | null
      for_seconds?: number
      keep_firing_seconds?: number
      severity?: 'info' | 'warning' | 'critical'
      source?: 'system' | 'storage' | 'scst' | 'tape' | 'vtl' | 'task' | 'storwarden'
      labels?: {
        [k: string]: string
      }
      enabled?: boolean
    }
    answer: {
      id: string
      title: string
      name: string
      description: string
      action: string
      query: string | null
      threshold_value: number | null
      clear_threshold: number | null
      for_seconds: number
      keep_firing_seconds: number
      severity: 'info' | 'warning' | 'critical'
      source: 'system' | 'storage' | 'scst' | 'tape' | 'vtl' | 'task' | 'storwarden'
      labels: {
        [k: string]: string
      }
      enabled: boolean
      builtin: boolean
      faults: {
        path: string
        message: string
        at?: {
          line: number
          column: number
          offset: number
          length: number
        }
      }[]
      created_at: string | null
      created_by: string | null
      updated_at: string | null
      updated_by: string | null
    }
  }
  'DELETE /monitoring/rules/:id': {}
  'GET /monitoring/incidents': {
    query: {
      status?: 'open' | 'investigating' | 'resolved' | 'closed'
      severity?: 'low' | 'medium' | 'high' | 'critical'
      /**
       * Whether it is open or investigating
       */
      active?: boolean
      assigned_to?: string
      archived?: boolean
      since?: string
      until?: string
      q?: string
      limit?: number
      offset?: number
      cursor?: string
    }
    answer: {
      incidents: {
        id: string
        title: string
        description: string
        severity: 'low' | 'medium' | 'high' | 'critical'
        status: 'open' | 'investigating' | 'resolved' | 'closed'
        assigned_to: string | null
        root_cause: string | null
        created_by: string
        place: string | null
        started_at: string
        created_at: string
        updated_at: string
        resolved_at: string | null
        closed_at: string | null
        alerts_over_since: string | null
        version: number
      }[]
      total: number
      next_cursor: string | null
    }
  }
  'GET /monitoring/incidents/:id': {
    answer: {
      id: string
      title: string
      description: string
      severity: 'low' | 'medium' | 'high' | 'critical'
      status: 'open' | 'investigating' | 'resolved' | 'closed'
      assigned_to: string | null
      root_cause: string | null
      created_by: string
      place: string | null
      started_at: string
      created_at: string
      updated_at: string
      resolved_at: string | null
      closed_at: string | null
      alerts_over_since: string | null
      version: number
      duration_seconds: number
      allowed_statuses: ('open' | 'investigating' | 'resolved' | 'closed')[]
      suggestion: string | null
      alerts: {
        id: string
        rule: string
        title: string
        severity: string
        source: string
        resource: string
        labels: {
          [k: string]: string
        }
        part_of: {
          [k: string]: string
        }
        message: string
        state: string
        acknowledged: boolean
        flapping: boolean
        started_at: string
        fired_at: string | null
        resolved_at: string | null
        inhibited_by: string | null
        attached_at: string
        attached_by: string | null
      }[]
      likely_causes: {
        kind: 'muting_alert' | 'first_alert' | 'change' | 'common_place'
        at: string | null
        sentence: string
        link: string | null
        weight: number
      }[]
      notes: {
        id: number
        at: string
        author: string | null
        text: string
      }[]
      notes_total: number
    }
  }
  'POST /monitoring/incidents': {
    body: {
      title: string
      description?: string | null
      severity?: 'low' | 'medium' | 'high' | 'critical'
      assigned_to?: string | null
      status?: 'open'
      root_cause?: string | null
      started_at?: string
    }
    answer: {
      id: string
      title: string
      description: string
      severity: 'low' | 'medium' | 'high' | 'critical'
      status: 'open' | 'investigating' | 'resolved' | 'closed'
      assigned_to: string | null
      root_cause: string | null
      created_by: string
      place: string | null
      started_at: string
      created_at: string
      updated_at: string
      resolved_at: string | null
      closed_at: string | null
      alerts_over_since: string | null
      version: number
      duration_seconds: number
      allowed_statuses: ('open' | 'investigating' | 'resolved' | 'closed')[]
      suggestion: string | null
      alerts: {
        id: string
        rule: string
        title: string
        severity: string
        source: string
        resource: string
        labels: {
          [k: string]: string
        }
        part_of: {
          [k: string]: string
        }
        message: string
        state: string
        acknowledged: boolean
        flapping: boolean
        started_at: string
        fired_at: string | null
        resolved_at: string | null
        inhibited_by: string | null
        attached_at: string
        attached_by: string | null
      }[]
      likely_causes: {
        kind: 'muting_alert' | 'first_alert' | 'change' | 'common_place'
        at: string | null
        sentence: string
        link: string | null
        weight: number
      }[]
      notes: {
        id: number
        at: string
        author: string | null
        text: string
      }[]
      notes_total: number
    }
  }
  'PUT /monitoring/incidents/:id': {
    body: {
      title?: string
      description?: string | null
      severity?: 'low' | 'medium' | 'high' | 'critical'
      assigned_to?: string | null
      status?: 'open' | 'investigating' | 'resolved' | 'closed'
      root_cause?: string | null
      started_at?: string
      version?: number
    }
    answer: {
      id: string
      title: string
      description: string
      severity: 'low' | 'medium' | 'high' | 'critical'
      status: 'open' | 'investigating' | 'resolved' | 'closed'
      assigned_to: string | null
      root_cause: string | null
      created_by: string
      place: string | null
      started_at: string
      created_at: string
      updated_at: string
      resolved_at: string | null
      closed_at: string | null
      alerts_over_since: string | null
      version: number
      duration_seconds: number
      allowed_statuses: ('open' | 'investigating' | 'resolved' | 'closed')[]
      suggestion: string | null
      alerts: {
        id: string
        rule: string
        title: string
        severity: string
        source: string
        resource: string
        labels: {
          [k: string]: string
        }
        part_of: {
          [k: string]: string
        }
        message: string
        state: string
        acknowledged: boolean
        flapping: boolean
        started_at: string
        fired_at: string | null
        resolved_at: string | null
        inhibited_by: string | null
        attached_at: string
        attached_by: string | null
      }[]
      likely_causes: {
        kind: 'muting_alert' | 'first_alert' | 'change' | 'common_place'
        at: string | null
        sentence: string
        link: string | null
        weight: number
      }[]
      notes: {
        id: number
        at: string
        author: string | null
        text: string
      }[]
      notes_total: number
    }
  }
  'GET /monitoring/incidents/:id/timeline': {
    query: {
      limit?: number
      offset?: number
      cursor?: string
    }
    answer: {
      entries: {
        at: string
        kind:
          | 'event'
          | 'movement'
          | 'configuration'
          | 'task'
          | 'audit'
          | 'alert'
          | 'incident'
          | 'note'
          | 'notification'
        title: string
        source: string
        id: string
        link: string | null
        actor: string | null
        level: string
        details: {
          [k: string]: unknown
        }
      }[]
      total: number
      next_cursor: string | null
      since: string
      until: string
      events_kept_since: string | null
    }
  }
  'GET /monitoring/incidents/:id/report': {
    query: {
      format?: 'markdown' | 'json'
    }
  }
  'POST /monitoring/incidents/:id/notes': {
    body: {
      text: string
    }
    answer: {
      id: number
      at: string
      author: string | null
      text: string
    }
  }
  'POST /monitoring/incidents/:id/alerts': {
    body: {
      alert_ids: string[]
    }
    answer: {
      id: string
      title: string
      description: string
      severity: 'low' | 'medium' | 'high' | 'critical'
      status: 'open' | 'investigating' | 'resolved' | 'closed'
      assigned_to: string | null
      root_cause: string | null
      created_by: string
      place: string | null
      started_at: string
      created_at: string
      updated_at: string
      resolved_at: string | null
      closed_at: string | null
      alerts_over_since: string | null
      version: number
    }
  }
  'DELETE /monitoring/incidents/:id/alerts/:alert': {}
  'GET /hardware/libraries': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      items: {
        id: string
        serial: string | null
        wwn: string | null
        vendor: string
        product: string
        revision: string
        device: string
        paths: string[]
        hctl: string
        hctls: string[]
        virtual: boolean
        exported_as:
          | {
              driver: string
              target: string
              group: string | null
              lun: number
            }[]
          | null
        state: 'online' | 'offline' | 'unreachable' | 'unknown'
        inventory: {
          taken_at: string | null
          source: 'scsi' | 'mtx'
          elements: {
            type: 'data-transfer' | 'storage' | 'import-export'
            number: number
            address: number | null
            full: boolean
            volume_tag: string | null
            source_element: number | null
            exception: number | null
            exception_text: string | null
            accessible: boolean | null
            medium_type: ('data' | 'cleaning' | 'diagnostics' | 'write-once' | 'microcode') | null
            drive_serial: string | null
          }[]
        } | null
        tape_alerts:
          | {
              flag: number
              name: string
              severity: 'info' | 'warning' | 'critical'
              meaning: string
              action: string
              first_seen: string
              last_seen: string
              volume_tag: string | null
            }[]
          | null
        appliance: string | null
        read_at: string | null
        error: string | null
        failed_since: string | null
      }[]
      total: number | null
      state: 'read' | 'partial' | 'failed' | 'absent' | 'pending'
      taken_at: string | null
      age_seconds: number | null
      error: string | null
      missing: {
        id: string
        name: string
        last_seen: string
        appliance: string | null
      }[]
    }
  }
  'GET /hardware/libraries/:id': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      id: string
      serial: string | null
      wwn: string | null
      vendor: string
      product: string
      revision: string
      device: string
      paths: string[]
      hctl: string
      hctls: string[]
      virtual: boolean
      exported_as:
        | {
            driver: string
            target: string
            group: string | null
            lun: number
          }[]
        | null
      state: 'online' | 'offline' | 'unreachable' | 'unknown'
      inventory: {
        taken_at: string | null
        source: 'scsi' | 'mtx'
        elements: {
          type: 'data-transfer' | 'storage' | 'import-export'
          number: number
          address: number | null
          full: boolean
          volume_tag: string | null
          source_element: number | null
          exception: number | null
          exception_text: string | null
          accessible: boolean | null
          medium_type: ('data' | 'cleaning' | 'diagnostics' | 'write-once' | 'microcode') | null
          drive_serial: string | null
        }[]
      } | null
      tape_alerts:
        | {
            flag: number
            name: string
            severity: 'info' | 'warning' | 'critical'
            meaning: string
            action: string
            first_seen: string
            last_seen: string
            volume_tag: string | null
          }[]
        | null
      appliance: string | null
      read_at: string | null
      error: string | null
      failed_since: string | null
    }
  }
  'DELETE /hardware/libraries/:id': {}
  'GET /hardware/drives': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      items: {
        id: string
        serial: string | null
        wwn: string | null
        vendor: string
        product: string
        revision: string
        device: string
        paths: string[]
        hctl: string
        hctls: string[]
        virtual: boolean
        exported_as:
          | {
              driver: string
              target: string
              group: string | null
              lun: number
            }[]
          | null
        tape_node: string | null
        reachable: boolean | null
        library: {
          serial: string
          element: number
        } | null
        standalone: boolean | null
        volume_tag: string | null
        loaded: boolean | null
        place: string
        status: {
          activity: string
          medium_present: boolean
          mounted: boolean
          write_protected: boolean
          cleaning_requested: boolean
          cleaning_required: boolean
          host_initiated_unload: boolean
          recovery_requested: boolean
          tape_alert_changed: boolean
          in_transition: boolean
        } | null
        recovery: string[] | null
        statistics: {
          in_flight: number
          read_bytes: number
          written_bytes: number
          reads: number
          writes: number
          others: number
          io_seconds: number
          read_seconds: number
          write_seconds: number
          residuals: number
        } | null
        active: boolean | null
        health: {
          taken_at: string | null
          passed_over: string | null
          error: string | null
          refused: string[]
          write: {
            corrected_without_delay: number | null
            corrected_with_delay: number | null
            retries: number | null
            corrected: number | null
            correction_runs: number | null
            processed_bytes: number | null
            uncorrected: number | null
          } | null
          read: {
            corrected_without_delay: number | null
            corrected_with_delay: number | null
            retries: number | null
            corrected: number | null
            correction_runs: number | null
            processed_bytes: number | null
            uncorrected: number | null
          } | null
          traffic: {
            received_bytes: number | null
            written_bytes: number | null
            read_bytes: number | null
            sent_bytes: number | null
          } | null
          write_compression_ratio: number | null
          read_compression_ratio: number | null
          temperature: {
            celsius: number | null
            limit_celsius: number | null
            exceeded: boolean | null
          }
          lifetime: {
            loads: number | null
            cleanings: number | null
            power_on_hours: number | null
            motion_hours: number | null
            motion_hours_since_cleaning: number | null
            bytes_since_cleaning: number | null
            tape_meters: number | null
            power_cycles: number | null
            hard_write_errors: number | null
            hard_read_errors: number | null
            duty_cycle_seconds: number | null
            read_percent: number | null
            write_percent: number | null
            activity_percent: number | null
            volume_not_present_percent: number | null
            ready_percent: number | null
          }
          recovery: string[] | null
          exception: {
            failure_predicted: boolean
            text: string | null
          } | null
          automation: {
            serial: string | null
            element_address: number | null
          } | null
          cartridge: {
            serial: string | null
            barcode: string | null
            manufacturer: string | null
            loads: number | null
            capacity_bytes: number | null
            remaining_bytes: number | null
            life_remaining_percent: number | null
            efficiency: number | null
            lifetime_written_bytes: number | null
            lifetime_read_bytes: number | null
            write_retries: number | null
            read_retries: number | null
            unrecovered_write_errors: number | null
            unrecovered_read_errors: number | null
            last_mount_unrecovered_write_errors: number | null
            last_mount_unrecovered_read_errors: number | null
            worm: boolean | null
            write_protected: boolean | null
            last_drives: {
              vendor: string | null
              serial: string | null
            }[]
          } | null
          mount: {
            written_bytes: number | null
            read_bytes: number | null
            rewrites: number | null
            rereads: number | null
            corrected_write_errors: number | null
            corrected_read_errors: number | null
            unrecovered_write_errors: number | null
            unrecovered_read_errors: number | null
            since: string
            rewrites_per_gigabyte: number | null
            rereads_per_gigabyte: number | null
          } | null
          watched_since: string | null
          recent_errors: {
            at: string
            write_errors: number
            read_errors: number
            cartridge: string | null
          }[]
        } | null
        errors_follow: ('tape' | 'drive' | 'undetermined') | null
        tape_alerts:
          | {
              flag: number
              name: string
              severity: 'info' | 'warning' | 'critical'
              meaning: string
              action: string
              first_seen: string
              last_seen: string
              volume_tag: string | null
            }[]
          | null
        appliance: string | null
        read_at: string | null
        error: string | null
        failed_since: string | null
      }[]
      total: number | null
      state: 'read' | 'partial' | 'failed' | 'absent' | 'pending'
      taken_at: string | null
      age_seconds: number | null
      error: string | null
      missing: {
        id: string
        name: string
        last_seen: string
        appliance: string | null
      }[]
    }
  }
  'GET /hardware/drives/:id': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      id: string
      serial: string | null
      wwn: string | null
      vendor: string
      product: string
      revision: string
      device: string
      paths: string[]
      hctl: string
      hctls: string[]
      virtual: boolean
      exported_as:
        | {
            driver: string
            target: string
            group: string | null
            lun: number
          }[]
        | null
      tape_node: string | null
      reachable: boolean | null
      library: {
        serial: string
        element: number
      } | null
      standalone: boolean | null
      volume_tag: string | null
      loaded: boolean | null
      place: string
      status: {
        activity: string
        medium_present: boolean
        mounted: boolean
        write_protected: boolean
        cleaning_requested: boolean
        cleaning_required: boolean
        host_initiated_unload: boolean
        recovery_requested: boolean
        tape_alert_changed: boolean
        in_transition: boolean
      } | null
      recovery: string[] | null
      statistics: {
        in_flight: number
        read_bytes: number
        written_bytes: number
        reads: number
        writes: number
        others: number
        io_seconds: number
        read_seconds: number
        write_seconds: number
        residuals: number
      } | null
      active: boolean | null
      health: {
        taken_at: string | null
        passed_over: string | null
        error: string | null
        refused: string[]
        write: {
          corrected_without_delay: number | null
          corrected_with_delay: number | null
          retries: number | null
          corrected: number | null
          correction_runs: number | null
          processed_bytes: number | null
          uncorrected: number | null
        } | null
        read: {
          corrected_without_delay: number | null
          corrected_with_delay: number | null
          retries: number | null
          corrected: number | null
          correction_runs: number | null
          processed_bytes: number | null
          uncorrected: number | null
        } | null
        traffic: {
          received_bytes: number | null
          written_bytes: number | null
          read_bytes: number | null
          sent_bytes: number | null
        } | null
        write_compression_ratio: number | null
        read_compression_ratio: number | null
        temperature: {
          celsius: number | null
          limit_celsius: number | null
          exceeded: boolean | null
        }
        lifetime: {
          loads: number | null
          cleanings: number | null
          power_on_hours: number | null
          motion_hours: number | null
          motion_hours_since_cleaning: number | null
          bytes_since_cleaning: number | null
          tape_meters: number | null
          power_cycles: number | null
          hard_write_errors: number | null
          hard_read_errors: number | null
          duty_cycle_seconds: number | null
          read_percent: number | null
          write_percent: number | null
          activity_percent: number | null
          volume_not_present_percent: number | null
          ready_percent: number | null
        }
        recovery: string[] | null
        exception: {
          failure_predicted: boolean
          text: string | null
        } | null
        automation: {
          serial: string | null
          element_address: number | null
        } | null
        cartridge: {
          serial: string | null
          barcode: string | null
          manufacturer: string | null
          loads: number | null
          capacity_bytes: number | null
          remaining_bytes: number | null
          life_remaining_percent: number | null
          efficiency: number | null
          lifetime_written_bytes: number | null
          lifetime_read_bytes: number | null
          write_retries: number | null
          read_retries: number | null
          unrecovered_write_errors: number | null
          unrecovered_read_errors: number | null
          last_mount_unrecovered_write_errors: number | null
          last_mount_unrecovered_read_errors: number | null
          worm: boolean | null
          write_protected: boolean | null
          last_drives: {
            vendor: string | null
            serial: string | null
          }[]
        } | null
        mount: {
          written_bytes: number | null
          read_bytes: number | null
          rewrites: number | null
          rereads: number | null
          corrected_write_errors: number | null
          corrected_read_errors: number | null
          unrecovered_write_errors: number | null
          unrecovered_read_errors: number | null
          since: string
          rewrites_per_gigabyte: number | null
          rereads_per_gigabyte: number | null
        } | null
        watched_since: string | null
        recent_errors: {
          at: string
          write_errors: number
          read_errors: number
          cartridge: string | null
        }[]
      } | null
      errors_follow: ('tape' | 'drive' | 'undetermined') | null
      tape_alerts:
        | {
            flag: number
            name: string
            severity: 'info' | 'warning' | 'critical'
            meaning: string
            action: string
            first_seen: string
            last_seen: string
            volume_tag: string | null
          }[]
        | null
      appliance: string | null
      read_at: string | null
      error: string | null
      failed_since: string | null
      loads:
        | {
            drive: string
            serial: string | null
            volume_tag: string | null
            library: string | null
            virtual: boolean
            loaded_at: string
            unloaded_at: string | null
            written_bytes: number | null
            read_bytes: number | null
            rewrites: number | null
            rereads: number | null
            corrected_write_errors: number | null
            corrected_read_errors: number | null
            unrecovered_write_errors: number | null
            unrecovered_read_errors: number | null
            tape_alerts: number[]
          }[]
        | null
      verdict: {
        about: 'cartridge' | 'drive'
        id: string
        name: string
        verdict: 'tape' | 'drive' | 'undetermined'
        witnesses: string[]
        reason: string
        action: string
        volume_tag: string | null
        library: string | null
        virtual: boolean
        matrix: {
          drive: string
          cartridge: string
          cartridge_name: string
          volume_tag: string | null
          library: string | null
          virtual: boolean
          loads: number
          bad_loads: number
          good_loads: number
          first_bad_at: string | null
          last_bad_at: string | null
          last_good_at: string | null
          written_bytes: number
          read_bytes: number
          unrecovered_write_errors: number
          unrecovered_read_errors: number
          tape_alerts: number[]
        }[]
      } | null
    }
  }
  'DELETE /hardware/drives/:id': {}
  'GET /hardware/cartridges': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      items: {
        id: string
        volume_tag: string | null
        library: string
        virtual: boolean
        place: 'data-transfer' | 'storage' | 'import-export'
        number: number
        drive_serial: string | null
        place_text: string
        health: {
          serial: string | null
          barcode: string | null
          manufacturer: string | null
          loads: number | null
          capacity_bytes: number | null
          remaining_bytes: number | null
          life_remaining_percent: number | null
          efficiency: number | null
          lifetime_written_bytes: number | null
          lifetime_read_bytes: number | null
          write_retries: number | null
          read_retries: number | null
          unrecovered_write_errors: number | null
          unrecovered_read_errors: number | null
          last_mount_unrecovered_write_errors: number | null
          last_mount_unrecovered_read_errors: number | null
          worm: boolean | null
          write_protected: boolean | null
          last_drives: {
            vendor: string | null
            serial: string | null
          }[]
          read_at: string
          drive: string
        } | null
        errors_follow: ('tape' | 'drive' | 'undetermined') | null
        appliance: string | null
        read_at: string | null
        error: string | null
        failed_since: string | null
      }[]
      total: number | null
      state: 'read' | 'partial' | 'failed' | 'absent' | 'pending'
      taken_at: string | null
      age_seconds: number | null
      error: string | null
      missing: {
        id: string
        name: string
        last_seen: string
        appliance: string | null
      }[]
    }
  }
  'GET /hardware/cartridges/:id': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      id: string
      volume_tag: string | null
      library: string
      virtual: boolean
      place: 'data-transfer' | 'storage' | 'import-export'
      number: number
      drive_serial: string | null
      place_text: string
      health: {
        serial: string | null
        barcode: string | null
        manufacturer: string | null
        loads: number | null
        capacity_bytes: number | null
        remaining_bytes: number | null
        life_remaining_percent: number | null
        efficiency: number | null
        lifetime_written_bytes: number | null
        lifetime_read_bytes: number | null
        write_retries: number | null
        read_retries: number | null
        unrecovered_write_errors: number | null
        unrecovered_read_errors: number | null
        last_mount_unrecovered_write_errors: number | null
        last_mount_unrecovered_read_errors: number | null
        worm: boolean | null
        write_protected: boolean | null
        last_drives: {
          vendor: string | null
          serial: string | null
        }[]
        read_at: string
        drive: string
      } | null
      errors_follow: ('tape' | 'drive' | 'undetermined') | null
      appliance: string | null
      read_at: string | null
      error: string | null
      failed_since: string | null
      loads:
        | {
            drive: string
            serial: string | null
            volume_tag: string | null
            library: string | null
            virtual: boolean
            loaded_at: string
            unloaded_at: string | null
            written_bytes: number | null
            read_bytes: number | null
            rewrites: number | null
            rereads: number | null
            corrected_write_errors: number | null
            corrected_read_errors: number | null
            unrecovered_write_errors: number | null
            unrecovered_read_errors: number | null
            tape_alerts: number[]
          }[]
        | null
      verdict: {
        about: 'cartridge' | 'drive'
        id: string
        name: string
        verdict: 'tape' | 'drive' | 'undetermined'
        witnesses: string[]
        reason: string
        action: string
        volume_tag: string | null
        library: string | null
        virtual: boolean
        matrix: {
          drive: string
          cartridge: string
          cartridge_name: string
          volume_tag: string | null
          library: string | null
          virtual: boolean
          loads: number
          bad_loads: number
          good_loads: number
          first_bad_at: string | null
          last_bad_at: string | null
          last_good_at: string | null
          written_bytes: number
          read_bytes: number
          unrecovered_write_errors: number
          unrecovered_read_errors: number
          tape_alerts: number[]
        }[]
      } | null
    }
  }
  'GET /hardware/virtual-libraries': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      items: {
        id: string
        name: string | null
        number: number | null
        vendor: string | null
        product: string
        serial: string | null
        daemon: {
          unit: string
          running: boolean
          detail: string
        } | null
        kind: 'mhvtl' | 'quadstor'
        module_loaded: boolean | null
        module_version: string | null
        home_directory: string | null
        contents: {
          slots: number | null
          import_export_slots: number | null
          cartridges:
            | {
                type: ('data-transfer' | 'storage' | 'import-export') | null
                number: number | null
                address: number | null
                volume_tag: string
                pool: string | null
                medium_type: string | null
                worm: boolean | null
                capacity_bytes: number | null
                used_percent: number | null
                status: string | null
              }[]
            | null
        } | null
        media_on_disk: string[] | null
        media_bytes: number | null
        media:
          | {
              volume_tag: string
              size_bytes: number | null
            }[]
          | null
        drives:
          | {
              id: string
              name: string | null
              number: number | null
              vendor: string | null
              product: string
              serial: string | null
              daemon: {
                unit: string
                running: boolean
                detail: string
              } | null
              slot: number | null
              volume_tag: string | null
            }[]
          | null
        appliance: string | null
        read_at: string | null
        error: string | null
        failed_since: string | null
      }[]
      total: number | null
      state: 'read' | 'partial' | 'failed' | 'absent' | 'pending'
      taken_at: string | null
      age_seconds: number | null
      error: string | null
      missing: {
        id: string
        name: string
        last_seen: string
        appliance: string | null
      }[]
    }
  }
  'GET /hardware/virtual-libraries/:id': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      id: string
      name: string | null
      number: number | null
      vendor: string | null
      product: string
      serial: string | null
      daemon: {
        unit: string
        running: boolean
        detail: string
      } | null
      kind: 'mhvtl' | 'quadstor'
      module_loaded: boolean | null
      module_version: string | null
      home_directory: string | null
      contents: {
        slots: number | null
        import_export_slots: number | null
        cartridges:
          | {
              type: ('data-transfer' | 'storage' | 'import-export') | null
              number: number | null
              address: number | null
              volume_tag: string
              pool: string | null
              medium_type: string | null
              worm: boolean | null
              capacity_bytes: number | null
              used_percent: number | null
              status: string | null
            }[]
          | null
      } | null
      media_on_disk: string[] | null
      media_bytes: number | null
      media:
        | {
            volume_tag: string
            size_bytes: number | null
          }[]
        | null
      drives:
        | {
            id: string
            name: string | null
            number: number | null
            vendor: string | null
            product: string
            serial: string | null
            daemon: {
              unit: string
              running: boolean
              detail: string
            } | null
            slot: number | null
            volume_tag: string | null
          }[]
        | null
      appliance: string | null
      read_at: string | null
      error: string | null
      failed_since: string | null
    }
  }
  'GET /hardware/targets': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      items: {
        id: string
        driver: string
        name: string
        enabled: boolean | null
        relative_target_id: number | null
        comment: string | null
        black_hole: number | null
        luns: {
          lun: number
          device: string | null
          read_only: boolean | null
        }[]
        groups: {
          name: string
          initiators: string[]
          luns: {
            lun: number
            device: string | null
            read_only: boolean | null
          }[]
          black_hole: number | null
        }[]
        sessions: number
        oldest_command: {
          age_seconds: number
          operation: string
          takes_long: boolean
          state: string
          initiator: string
          lun: number | null
          device: string | null
        } | null
        commands_complete: boolean
        appliance: string | null
        read_at: string | null
        error: string | null
        failed_since: string | null
      }[]
      total: number | null
      state: 'read' | 'partial' | 'failed' | 'absent' | 'pending'
      taken_at: string | null
      age_seconds: number | null
      error: string | null
      missing: {
        id: string
        name: string
        last_seen: string
        appliance: string | null
      }[]
    }
  }
  'GET /hardware/targets/:id': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      id: string
      driver: string
      name: string
      enabled: boolean | null
      relative_target_id: number | null
      comment: string | null
      black_hole: number | null
      luns: {
        lun: number
        device: string | null
        read_only: boolean | null
      }[]
      groups: {
        name: string
        initiators: string[]
        luns: {
          lun: number
          device: string | null
          read_only: boolean | null
        }[]
        black_hole: number | null
      }[]
      sessions: number
      oldest_command: {
        age_seconds: number
        operation: string
        takes_long: boolean
        state: string
        initiator: string
        lun: number | null
        device: string | null
      } | null
      commands_complete: boolean
      appliance: string | null
      read_at: string | null
      error: string | null
      failed_since: string | null
    }
  }
  'DELETE /hardware/targets/:id': {}
  'GET /hardware/devices': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      items: {
        id: string
        name: string
        handler: string | null
        type: number | null
        filename: string | null
        file_exists: boolean | null
        size_bytes: number | null
        block_size_bytes: number | null
        active: boolean | null
        read_only: boolean | null
        thin_provisioned: boolean | null
        nv_cache: boolean | null
        write_through: boolean | null
        block_count: number | null
        usn: string | null
        exports: number
        appliance: string | null
        read_at: string | null
        error: string | null
        failed_since: string | null
      }[]
      total: number | null
      state: 'read' | 'partial' | 'failed' | 'absent' | 'pending'
      taken_at: string | null
      age_seconds: number | null
      error: string | null
      missing: {
        id: string
        name: string
        last_seen: string
        appliance: string | null
      }[]
    }
  }
  'GET /hardware/devices/:id': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      id: string
      name: string
      handler: string | null
      type: number | null
      filename: string | null
      file_exists: boolean | null
      size_bytes: number | null
      block_size_bytes: number | null
      active: boolean | null
      read_only: boolean | null
      thin_provisioned: boolean | null
      nv_cache: boolean | null
      write_through: boolean | null
      block_count: number | null
      usn: string | null
      exports: number
      appliance: string | null
      read_at: string | null
      error: string | null
      failed_since: string | null
    }
  }
  'GET /hardware/device-groups': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      items: {
        id: string
        name: string
        devices: string[]
        target_groups: {
          name: string
          group_id: number | null
          state: string | null
          preferred: boolean | null
          targets: string[]
        }[]
        appliance: string | null
        read_at: string | null
        error: string | null
        failed_since: string | null
      }[]
      total: number | null
      state: 'read' | 'partial' | 'failed' | 'absent' | 'pending'
      taken_at: string | null
      age_seconds: number | null
      error: string | null
      missing: {
        id: string
        name: string
        last_seen: string
        appliance: string | null
      }[]
    }
  }
  'GET /hardware/device-groups/:id': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      id: string
      name: string
      devices: string[]
      target_groups: {
        name: string
        group_id: number | null
        state: string | null
        preferred: boolean | null
        targets: string[]
      }[]
      appliance: string | null
      read_at: string | null
      error: string | null
      failed_since: string | null
    }
  }
  'GET /hardware/sessions': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      items: {
        id: string
        driver: string
        target: string
        session: string
        initiator: string
        login: string | null
        group: string | null
        active_commands: number
        connections: {
          ip: string
          target_ip: string | null
          state: string | null
        }[]
        counters: {
          read_commands: number
          read_bytes: number
          write_commands: number
          written_bytes: number
          bidi_commands: number
          bidi_bytes: number
          none_commands: number
          unknown_commands: number
        }
        totals: {
          read_commands: number
          read_bytes: number
          write_commands: number
          written_bytes: number
          bidi_commands: number
          bidi_bytes: number
          none_commands: number
          unknown_commands: number
        } | null
        oldest_command: {
          age_seconds: number
          operation: string
          takes_long: boolean
          state: string
          initiator: string
          lun: number | null
          device: string | null
        } | null
        commands_complete: boolean
        latency_measured: boolean | null
        latency: {
          read: {
            commands: number
            mean_seconds: number
            longest_state_seconds: number
            longest_state: string
          } | null
          write: {
            commands: number
            mean_seconds: number
            longest_state_seconds: number
            longest_state: string
          } | null
        } | null
        appliance: string | null
        read_at: string | null
        error: string | null
        failed_since: string | null
      }[]
      total: number | null
      state: 'read' | 'partial' | 'failed' | 'absent' | 'pending'
      taken_at: string | null
      age_seconds: number | null
      error: string | null
      missing: {
        id: string
        name: string
        last_seen: string
        appliance: string | null
      }[]
    }
  }
  'GET /hardware/sessions/:id': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      id: string
      driver: string
      target: string
      session: string
      initiator: string
      login: string | null
      group: string | null
      active_commands: number
      connections: {
        ip: string
        target_ip: string | null
        state: string | null
      }[]
      counters: {
        read_commands: number
        read_bytes: number
        write_commands: number
        written_bytes: number
        bidi_commands: number
        bidi_bytes: number
        none_commands: number
        unknown_commands: number
      }
      totals: {
        read_commands: number
        read_bytes: number
        write_commands: number
        written_bytes: number
        bidi_commands: number
        bidi_bytes: number
        none_commands: number
        unknown_commands: number
      } | null
      oldest_command: {
        age_seconds: number
        operation: string
        takes_long: boolean
        state: string
        initiator: string
        lun: number | null
        device: string | null
      } | null
      commands_complete: boolean
      latency_measured: boolean | null
      latency: {
        read: {
          commands: number
          mean_seconds: number
          longest_state_seconds: number
          longest_state: string
        } | null
        write: {
          commands: number
          mean_seconds: number
          longest_state_seconds: number
          longest_state: string
        } | null
      } | null
      appliance: string | null
      read_at: string | null
      error: string | null
      failed_since: string | null
    }
  }
  'DELETE /hardware/sessions/:id': {}
  'GET /hardware/disks': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      items: {
        id: string
        name: string
        vendor: string | null
        model: string | null
        serial: string | null
        wwn: string | null
        size_bytes: number
        rotational: boolean
        read_only: boolean
        state: string | null
        hctl: string | null
        io: {
          reads: number
          read_bytes: number
          read_seconds: number
          writes: number
          written_bytes: number
          write_seconds: number
          in_flight: number
          io_seconds: number
          busy_percent: number | null
        } | null
        smart: {
          id: string
          device: string
          type: string
          model: string | null
          serial: string | null
          state: 'passed' | 'failing' | 'unsupported' | 'asleep' | 'unknown'
          temperature_celsius: number | null
          power_on_hours: number | null
          reallocated: number | null
          pending: number | null
          uncorrectable: number | null
          life_used_percent: number | null
          remarks: string[]
        } | null
        appliance: string | null
        read_at: string | null
        error: string | null
        failed_since: string | null
      }[]
      total: number | null
      state: 'read' | 'partial' | 'failed' | 'absent' | 'pending'
      taken_at: string | null
      age_seconds: number | null
      error: string | null
      missing: {
        id: string
        name: string
        last_seen: string
        appliance: string | null
      }[]
    }
  }
  'GET /hardware/disks/:id': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      id: string
      name: string
      vendor: string | null
      model: string | null
      serial: string | null
      wwn: string | null
      size_bytes: number
      rotational: boolean
      read_only: boolean
      state: string | null
      hctl: string | null
      io: {
        reads: number
        read_bytes: number
        read_seconds: number
        writes: number
        written_bytes: number
        write_seconds: number
        in_flight: number
        io_seconds: number
        busy_percent: number | null
      } | null
      smart: {
        id: string
        device: string
        type: string
        model: string | null
        serial: string | null
        state: 'passed' | 'failing' | 'unsupported' | 'asleep' | 'unknown'
        temperature_celsius: number | null
        power_on_hours: number | null
        reallocated: number | null
        pending: number | null
        uncorrectable: number | null
        life_used_percent: number | null
        remarks: string[]
      } | null
      appliance: string | null
      read_at: string | null
      error: string | null
      failed_since: string | null
    }
  }
  'GET /hardware/arrays': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      items: {
        id: string
        name: string
        level: string
        state: string
        size_bytes: number
        raid_disks: number
        degraded: number | null
        members: {
          device: string
          states: string[]
          slot: number | null
          errors: number | null
        }[]
        sync_action: string | null
        sync_progress: number | null
        sync_bytes_per_second: number | null
        mismatch_sectors: number | null
        appliance: string | null
        read_at: string | null
        error: string | null
        failed_since: string | null
      }[]
      total: number | null
      state: 'read' | 'partial' | 'failed' | 'absent' | 'pending'
      taken_at: string | null
      age_seconds: number | null
      error: string | null
      missing: {
        id: string
        name: string
        last_seen: string
        appliance: string | null
      }[]
    }
  }
  'GET /hardware/arrays/:id': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      id: string
      name: string
      level: string
      state: string
      size_bytes: number
      raid_disks: number
      degraded: number | null
      members: {
        device: string
        states: string[]
        slot: number | null
        errors: number | null
      }[]
      sync_action: string | null
      sync_progress: number | null
      sync_bytes_per_second: number | null
      mismatch_sectors: number | null
      appliance: string | null
      read_at: string | null
      error: string | null
      failed_since: string | null
    }
  }
  'DELETE /hardware/arrays/:id': {}
  'GET /hardware/volume-groups': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      items: {
        id: string
        name: string
        size_bytes: number
        free_bytes: number
        physical_volumes: number
        logical_volumes: number
        missing_physical_volumes: number
        attributes: string | null
        extent_bytes: number | null
        free_extents: number | null
        logical_volume_list: {
          id: string
          name: string
          group: string
          size_bytes: number
          attributes: string
          segment_type: string
          pool: string | null
          data_percent: number | null
          metadata_percent: number | null
          health: string | null
        }[]
        physical_volume_list: {
          device: string
          group: string | null
          size_bytes: number
          free_bytes: number
          missing: boolean
        }[]
        appliance: string | null
        read_at: string | null
        error: string | null
        failed_since: string | null
      }[]
      total: number | null
      state: 'read' | 'partial' | 'failed' | 'absent' | 'pending'
      taken_at: string | null
      age_seconds: number | null
      error: string | null
      missing: {
        id: string
        name: string
        last_seen: string
        appliance: string | null
      }[]
    }
  }
  'GET /hardware/volume-groups/:id': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      id: string
      name: string
      size_bytes: number
      free_bytes: number
      physical_volumes: number
      logical_volumes: number
      missing_physical_volumes: number
      attributes: string | null
      extent_bytes: number | null
      free_extents: number | null
      logical_volume_list: {
        id: string
        name: string
        group: string
        size_bytes: number
        attributes: string
        segment_type: string
        pool: string | null
        data_percent: number | null
        metadata_percent: number | null
        health: string | null
      }[]
      physical_volume_list: {
        device: string
        group: string | null
        size_bytes: number
        free_bytes: number
        missing: boolean
      }[]
      appliance: string | null
      read_at: string | null
      error: string | null
      failed_since: string | null
    }
  }
  'GET /hardware/filesystems': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      items: {
        id: string
        mount_point: string
        device: string
        type: string
        read_only: boolean
        remounted_read_only: boolean
        usage: {
          total_bytes: number
          used_bytes: number
          available_bytes: number
          used_percent: number
          files: number | null
          files_free: number | null
        } | null
        appliance: string | null
        read_at: string | null
        error: string | null
        failed_since: string | null
      }[]
      total: number | null
      state: 'read' | 'partial' | 'failed' | 'absent' | 'pending'
      taken_at: string | null
      age_seconds: number | null
      error: string | null
      missing: {
        id: string
        name: string
        last_seen: string
        appliance: string | null
      }[]
    }
  }
  'GET /hardware/filesystems/:id': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      id: string
      mount_point: string
      device: string
      type: string
      read_only: boolean
      remounted_read_only: boolean
      usage: {
        total_bytes: number
        used_bytes: number
        available_bytes: number
        used_percent: number
        files: number | null
        files_free: number | null
      } | null
      appliance: string | null
      read_at: string | null
      error: string | null
      failed_since: string | null
    }
  }
  'GET /hardware/repositories': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      items: {
        id: string
        mount_point: string
        state: 'mounted' | 'missing' | 'unknown'
        mounted: boolean | null
        source: 'mountinfo' | 'unit' | 'fstab' | 'configuration'
        device: string | null
        type: string | null
        read_only: boolean | null
        usage: {
          size_bytes: number
          used_bytes: number
          available_bytes: number
          used_percent: number
        } | null
        logical_volume: {
          id: string
          name: string
          size_bytes: number
          segment_type: string
        } | null
        volume_group: {
          name: string
          free_bytes: number
          extent_bytes: number | null
          free_extents: number | null
          missing_physical_volumes: number
        } | null
        volumes_read_at: string | null
        mount_unit: string | null
        configured_by: ('unit' | 'fstab') | null
        appliance: string | null
        read_at: string | null
        error: string | null
        failed_since: string | null
      }[]
      total: number | null
      state: 'read' | 'partial' | 'failed' | 'absent' | 'pending'
      taken_at: string | null
      age_seconds: number | null
      error: string | null
      missing: {
        id: string
        name: string
        last_seen: string
        appliance: string | null
      }[]
    }
  }
  'GET /hardware/repositories/:id': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      id: string
      mount_point: string
      state: 'mounted' | 'missing' | 'unknown'
      mounted: boolean | null
      source: 'mountinfo' | 'unit' | 'fstab' | 'configuration'
      device: string | null
      type: string | null
      read_only: boolean | null
      usage: {
        size_bytes: number
        used_bytes: number
        available_bytes: number
        used_percent: number
      } | null
      logical_volume: {
        id: string
        name: string
        size_bytes: number
        segment_type: string
      } | null
      volume_group: {
        name: string
        free_bytes: number
        extent_bytes: number | null
        free_extents: number | null
        missing_physical_volumes: number
      } | null
      volumes_read_at: string | null
      mount_unit: string | null
      configured_by: ('unit' | 'fstab') | null
      appliance: string | null
      read_at: string | null
      error: string | null
      failed_since: string | null
    }
  }
  'GET /hardware/enclosures': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      items: {
        id: string
        hctl: string
        vendor: string | null
        model: string | null
        slots: {
          name: string
          slot: number | null
          status: string
          fault: boolean
          locate: boolean
          disk: string | null
        }[]
        appliance: string | null
        read_at: string | null
        error: string | null
        failed_since: string | null
      }[]
      total: number | null
      state: 'read' | 'partial' | 'failed' | 'absent' | 'pending'
      taken_at: string | null
      age_seconds: number | null
      error: string | null
      missing: {
        id: string
        name: string
        last_seen: string
        appliance: string | null
      }[]
    }
  }
  'GET /hardware/enclosures/:id': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      id: string
      hctl: string
      vendor: string | null
      model: string | null
      slots: {
        name: string
        slot: number | null
        status: string
        fault: boolean
        locate: boolean
        disk: string | null
      }[]
      appliance: string | null
      read_at: string | null
      error: string | null
      failed_since: string | null
    }
  }
  'GET /hardware/sensors': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      items: {
        id: string
        chip: string
        label: string
        kind: 'temperature' | 'fan' | 'voltage' | 'current' | 'power'
        unit: 'celsius' | 'rpm' | 'volts' | 'amperes' | 'watts'
        value: number | null
        max: number | null
        critical: number | null
        alarm: boolean
        appliance: string | null
        read_at: string | null
        error: string | null
        failed_since: string | null
      }[]
      total: number | null
      state: 'read' | 'partial' | 'failed' | 'absent' | 'pending'
      taken_at: string | null
      age_seconds: number | null
      error: string | null
      missing: {
        id: string
        name: string
        last_seen: string
        appliance: string | null
      }[]
    }
  }
  'GET /hardware/sensors/:id': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      id: string
      chip: string
      label: string
      kind: 'temperature' | 'fan' | 'voltage' | 'current' | 'power'
      unit: 'celsius' | 'rpm' | 'volts' | 'amperes' | 'watts'
      value: number | null
      max: number | null
      critical: number | null
      alarm: boolean
      appliance: string | null
      read_at: string | null
      error: string | null
      failed_since: string | null
    }
  }
  'GET /hardware/ports': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      items: {
        id: string
        name: string
        transport: 'fc' | 'network'
        state: string
        speed_bits_per_second: number | null
        port_name?: string
        node_name?: string | null
        port_type?: string | null
        fabric_name?: string | null
        statistics?: {
          [k: string]: number
        }
        mac_address?: string | null
        mtu_bytes?: number
        physical?: boolean
        carrier_changes?: number | null
        received_bytes?: number
        received_packets?: number
        receive_errors?: number
        receive_dropped?: number
        transmitted_bytes?: number
        transmitted_packets?: number
        transmit_errors?: number
        transmit_dropped?: number
        bond?: string | null
        bond_mode?: string | null
        bond_members_down?: string[]
        appliance: string | null
        read_at: string | null
        error: string | null
        failed_since: string | null
      }[]
      total: number | null
      state: 'read' | 'partial' | 'failed' | 'absent' | 'pending'
      taken_at: string | null
      age_seconds: number | null
      error: string | null
      missing: {
        id: string
        name: string
        last_seen: string
        appliance: string | null
      }[]
    }
  }
  'GET /hardware/ports/:id': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      id: string
      name: string
      transport: 'fc' | 'network'
      state: string
      speed_bits_per_second: number | null
      port_name?: string
      node_name?: string | null
      port_type?: string | null
      fabric_name?: string | null
      statistics?: {
        [k: string]: number
      }
      mac_address?: string | null
      mtu_bytes?: number
      physical?: boolean
      carrier_changes?: number | null
      received_bytes?: number
      received_packets?: number
      receive_errors?: number
      receive_dropped?: number
      transmitted_bytes?: number
      transmitted_packets?: number
      transmit_errors?: number
      transmit_dropped?: number
      bond?: string | null
      bond_mode?: string | null
      bond_members_down?: string[]
      appliance: string | null
      read_at: string | null
      error: string | null
      failed_since: string | null
    }
  }
  'GET /hardware/services': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      items: {
        id: string
        unit: string
        load: string
        active: string
        sub: string
        description: string
        expected: string | null
        appliance: string | null
        read_at: string | null
        error: string | null
        failed_since: string | null
      }[]
      total: number | null
      state: 'read' | 'partial' | 'failed' | 'absent' | 'pending'
      taken_at: string | null
      age_seconds: number | null
      error: string | null
      missing: {
        id: string
        name: string
        last_seen: string
        appliance: string | null
      }[]
    }
  }
  'GET /hardware/services/:id': {
    query: {
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
    }
    answer: {
      id: string
      unit: string
      load: string
      active: string
      sub: string
      description: string
      expected: string | null
      appliance: string | null
      read_at: string | null
      error: string | null
      failed_since: string | null
    }
  }
  'GET /tasks/kinds': {
    answer: {
      kinds: {
        kind: string
        summary: string
        params_schema: {
          [k: string]: unknown
        }
        destructive: boolean
        permission: 'tasks:run' | 'tasks:run-destructive'
        needs_confirmation: boolean
        schedulable: boolean
        repeatable: boolean
        timeout_seconds: number
        retry: {
          times: number
          after_seconds: number
        } | null
      }[]
    }
  }
  'GET /tasks/schedules': {
    query: {
      limit?: number
      offset?: number
    }
    answer: {
      schedules: {
        id: string
        name: string
        kind: string
        params: {
          [k: string]: unknown
        }
        priority: number
        cron: string
        time_zone: string
        catch_up: boolean
        enabled: boolean
        owner: string
        owner_id: string | null
        blocked_because: string | null
        created_at: string
        changed_at: string
        changed_by: string
        next_at: string | null
        last_at: string | null
        last_task_id: string | null
        missed: number
        last_missed_at: string | null
        last_missed_because: string | null
      }[]
      total: number
    }
  }
  'GET /tasks/schedules/:id': {
    answer: {
      id: string
      name: string
      kind: string
      params: {
        [k: string]: unknown
      }
      priority: number
      cron: string
      time_zone: string
      catch_up: boolean
      enabled: boolean
      owner: string
      owner_id: string | null
      blocked_because: string | null
      created_at: string
      changed_at: string
      changed_by: string
      next_at: string | null
      last_at: string | null
      last_task_id: string | null
      missed: number
      last_missed_at: string | null
      last_missed_because: string | null
    }
  }
  'POST /tasks/schedules': {
    body: {
      name: string
      params?: {
        [k: string]: unknown
      }
      priority?: number
      cron: string
      time_zone?: string | null
      catch_up?: boolean
      enabled?: boolean
      kind: string
    }
    answer: {
      id: string
      name: string
      kind: string
      params: {
        [k: string]: unknown
      }
      priority: number
      cron: string
      time_zone: string
      catch_up: boolean
      enabled: boolean
      owner: string
      owner_id: string | null
      blocked_because: string | null
      created_at: string
      changed_at: string
      changed_by: string
      next_at: string | null
      last_at: string | null
      last_task_id: string | null
      missed: number
      last_missed_at: string | null
      last_missed_because: string | null
    }
  }
  'PATCH /tasks/schedules/:id': {
    body: {
      name?: string
      params?: {
        [k: string]: unknown
      }
      priority?: number
      cron?: string
      time_zone?: string | null
      catch_up?: boolean
      enabled?: boolean
    }
    answer: {
      id: string
      name: string
      kind: string
      params: {
        [k: string]: unknown
      }
      priority: number
      cron: string
      time_zone: string
      catch_up: boolean
      enabled: boolean
      owner: string
      owner_id: string | null
      blocked_because: string | null
      created_at: string
      changed_at: string
      changed_by: string
      next_at: string | null
      last_at: string | null
      last_task_id: string | null
      missed: number
      last_missed_at: string | null
      last_missed_because: string | null
    }
  }
  'DELETE /tasks/schedules/:id': {}
  'GET /tasks': {
    query: {
      state?: 'pending' | 'running' | 'completed' | 'failed' | 'cancelled'
      kind?: string
      /**
       * Of a fleet: only what is of this appliance; `_own` for what is of the daemon itself
       */
      appliance?: string
      limit?: number
      offset?: number
    }
    answer: {
      tasks: {
        id: string
        kind: string
        params: {
          [k: string]: unknown
        }
        state: 'pending' | 'running' | 'completed' | 'failed' | 'cancelled'
        progress: number
        resource: string | null
        resources: string[]
        priority: number
        run_at: string | null
        not_before: string | null
        retries: number
        confirmed_plan: string | null
        steps:
          | {
              name: string
              description: string
              data?: {
                [k: string]: unknown
              }
            }[]
          | null
        steps_done: number
        step_begun: boolean
        attempts: number
        error: string | null
        advice: string | null
        schedule_id: string | null
        idempotency_key: string | null
        created_by: string | null
        created_at: string
        started_at: string | null
        finished_at: string | null
        cancel_requested_at: string | null
        cancel_requested_by: string | null
      }[]
      total: number
    }
  }
  'GET /tasks/:id': {
    answer: {
      id: string
      kind: string
      params: {
        [k: string]: unknown
      }
      state: 'pending' | 'running' | 'completed' | 'failed' | 'cancelled'
      progress: number
      resource: string | null
      resources: string[]
      priority: number
      run_at: string | null
      not_before: string | null
      retries: number
      confirmed_plan: string | null
      steps:
        | {
            name: string
            description: string
            data?: {
              [k: string]: unknown
            }
          }[]
        | null
      steps_done: number
      step_begun: boolean
      attempts: number
      error: string | null
      advice: string | null
      schedule_id: string | null
      idempotency_key: string | null
      created_by: string | null
      created_at: string
      started_at: string | null
      finished_at: string | null
      cancel_requested_at: string | null
      cancel_requested_by: string | null
      log: {
        id: number
        at: string
        level: 'info' | 'warning' | 'error'
        message: string
      }[]
    }
  }
  'POST /tasks': {
    body: {
      kind: string
      params?: {
        [k: string]: unknown
      }
      dry_run?: boolean
      idempotency_key?: string | null
      priority?: number
      confirmation?: string | null
      run_at?: string | null
    }
    answer:
      | {
          id: string
          kind: string
          params: {
            [k: string]: unknown
          }
          state: 'pending' | 'running' | 'completed' | 'failed' | 'cancelled'
          progress: number
          resource: string | null
          resources: string[]
          priority: number
          run_at: string | null
          not_before: string | null
          retries: number
          confirmed_plan: string | null
          steps:
            | {
                name: string
                description: string
                data?: {
                  [k: string]: unknown
                }
              }[]
            | null
          steps_done: number
          step_begun: boolean
          attempts: number
          error: string | null
          advice: string | null
          schedule_id: string | null
          idempotency_key: string | null
          created_by: string | null
          created_at: string
          started_at: string | null
          finished_at: string | null
          cancel_requested_at: string | null
          cancel_requested_by: string | null
          log: {
            id: number
            at: string
            level: 'info' | 'warning' | 'error'
            message: string
          }[]
        }
      | {
          dry_run: boolean
          kind: string
          params: {
            [k: string]: unknown
          }
          resource: string | null
          resources: string[]
          steps: {
            name: string
            description: string
            data?: {
              [k: string]: unknown
            }
          }[]
          plan_hash: string
          destructive: boolean
          confirmation: string | null
          confirmation_expires_at: string | null
        }
  }
  'POST /tasks/:id/cancel': {
    answer: {
      id: string
      kind: string
      params: {
        [k: string]: unknown
      }
      state: 'pending' | 'running' | 'completed' | 'failed' | 'cancelled'
      progress: number
      resource: string | null
      resources: string[]
      priority: number
      run_at: string | null
      not_before: string | null
      retries: number
      confirmed_plan: string | null
      steps:
        | {
            name: string
            description: string
            data?: {
              [k: string]: unknown
            }
          }[]
        | null
      steps_done: number
      step_begun: boolean
      attempts: number
      error: string | null
      advice: string | null
      schedule_id: string | null
      idempotency_key: string | null
      created_by: string | null
      created_at: string
      started_at: string | null
      finished_at: string | null
      cancel_requested_at: string | null
      cancel_requested_by: string | null
      log: {
        id: number
        at: string
        level: 'info' | 'warning' | 'error'
        message: string
      }[]
    }
  }
  'GET /backups': {
    query: {
      limit?: number
      offset?: number
    }
    answer: {
      backups: {
        id: string
        state: 'completed' | 'failed'
        created_by: string
        started_at: string
        finished_at: string
        path: string | null
        size_bytes: number | null
        sha256: string | null
        schema: number | null
        version: string | null
        table_count: number | null
        row_count: number | null
        error: string | null
        verified_at: string | null
        verify_seconds: number | null
        verify_error: string | null
        deleted_at: string | null
      }[]
      total: number
    }
  }
  'GET /backups/drills': {
    query: {
      limit?: number
      offset?: number
    }
    answer: {
      drills: {
        id: string
        path: string
        created_by: string
        started_at: string
        seconds: number
        backup_created_at: string | null
        host: string | null
        schema: number | null
        version: string | null
        table_count: number | null
        row_count: number | null
        error: string | null
      }[]
      total: number
    }
  }
  'POST /backups': {
    body: {
      verify?: boolean
    }
    answer: {
      id: string
      kind: string
      params: {
        [k: string]: unknown
      }
      state: 'pending' | 'running' | 'completed' | 'failed' | 'cancelled'
      progress: number
      resource: string | null
      resources: string[]
      priority: number
      run_at: string | null
      not_before: string | null
      retries: number
      confirmed_plan: string | null
      steps:
        | {
            name: string
            description: string
            data?: {
              [k: string]: unknown
            }
          }[]
        | null
      steps_done: number
      step_begun: boolean
      attempts: number
      error: string | null
      advice: string | null
      schedule_id: string | null
      idempotency_key: string | null
      created_by: string | null
      created_at: string
      started_at: string | null
      finished_at: string | null
      cancel_requested_at: string | null
      cancel_requested_by: string | null
      log: {
        id: number
        at: string
        level: 'info' | 'warning' | 'error'
        message: string
      }[]
    }
  }
  'GET /monitoring/database': {
    answer: {
      taken_at: string | null
      state: string | null
      database: {
        sizes_read_at: string
        server_version: string
        size_bytes: number | null
        connections: {
          state: string
          count: number
        }[]
        max_connections: number
        slow_queries: number
        longest_query_seconds: number
        oldest_transaction_seconds: number
        waiting_for_locks: number
        cache_hit_ratio: number | null
        blocks_read: number
        deadlocks: number
        wraparound_ratio: number
        replication_slots: {
          slot: string
          active: boolean
          retained_bytes: number | null
        }[]
        tables: {
          table: string
          bytes: number
          live_rows: number
          dead_rows: number
        }[]
        top_statements:
          | {
              id: string
              calls: number
              total_seconds: number
              mean_seconds: number
              rows: number
            }[]
          | null
      } | null
    }
  }
  'GET /monitoring/reports/weekly': {
    query: {
      days?: number
      format?: 'markdown' | 'json'
    }
  }
  'POST /monitoring/reports/weekly/send': {
    body: {
      channels?: string[]
      days?: number
      /**
       * Not when that of this week was sent with it, or by the schedule: then that task is answered.
       */
      once?: boolean
    }
    answer: {
      id: string
      kind: string
      params: {
        [k: string]: unknown
      }
      state: 'pending' | 'running' | 'completed' | 'failed' | 'cancelled'
      progress: number
      resource: string | null
      resources: string[]
      priority: number
      run_at: string | null
      not_before: string | null
      retries: number
      confirmed_plan: string | null
      steps:
        | {
            name: string
            description: string
            data?: {
              [k: string]: unknown
            }
          }[]
        | null
      steps_done: number
      step_begun: boolean
      attempts: number
      error: string | null
      advice: string | null
      schedule_id: string | null
      idempotency_key: string | null
      created_by: string | null
      created_at: string
      started_at: string | null
      finished_at: string | null
      cancel_requested_at: string | null
      cancel_requested_by: string | null
      log: {
        id: number
        at: string
        level: 'info' | 'warning' | 'error'
        message: string
      }[]
    }
  }
  'GET /audit': {
    query: {
      actor?: string
      action?: string
      subject?: string
      request_id?: string
      since?: string
      until?: string
      limit?: number
      offset?: number
    }
    answer: {
      entries: {
        id: number
        at: string
        actor: string
        credential: string | null
        address: string | null
        action: string
        subject: string | null
        before: {
          [k: string]: unknown
        } | null
        after: {
          [k: string]: unknown
        } | null
        request_id: string | null
      }[]
      total: number
    }
  }
  'GET /runbooks': {}
  'GET /runbooks/:rule': {}
  'GET /openapi.json': {
    answer: {
      openapi: string
      info: {
        [k: string]: unknown
      }
      tags: {
        [k: string]: unknown
      }[]
      paths: {
        [k: string]: unknown
      }
      components: {
        [k: string]: unknown
      }
    }
  }
  'GET /api/docs': {}
  'GET /api/docs/style.css': {}
}
