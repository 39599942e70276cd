//! The one schema, for both databases. A test compares it with what the migrations make.
#![expect(
    missing_docs,
    reason = "generated names; the migrations document the columns"
)]

diesel::table! {
    workspaces (id) {
        id -> Text,
        slug -> Text,
        name -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        deactivated_users -> Nullable<Text>,
        second_factor_required_at -> Nullable<BigInt>,
        endpoint_host -> Nullable<Text>,
        event_retention_days -> Nullable<Integer>,
        webhook_in_order -> Nullable<Bool>,
        webhook_deliveries_per_second -> Nullable<Integer>,
        delete_after -> Nullable<BigInt>,
    }
}

diesel::table! {
    members (id) {
        id -> Text,
        email -> Text,
        email_folded -> Text,
        name -> Text,
        password_hash -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        email_verified_at -> Nullable<BigInt>,
        sealed_totp -> Nullable<Text>,
        totp_enabled_at -> Nullable<BigInt>,
        totp_last_step -> Nullable<BigInt>,
        disabled_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    workspace_members (workspace_id, member_id) {
        workspace_id -> Text,
        member_id -> Text,
        role -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    sessions (token_hash) {
        token_hash -> Text,
        member_id -> Text,
        user_agent -> Text,
        created_at -> BigInt,
        last_seen_at -> BigInt,
        expires_at -> BigInt,
        id -> Nullable<Text>,
        ip_address -> Nullable<Text>,
        authenticated_at -> Nullable<BigInt>,
        second_factor_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    recovery_codes (code_hash) {
        code_hash -> Text,
        member_id -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    account_links (secret_hash) {
        secret_hash -> Text,
        purpose -> Text,
        member_id -> Nullable<Text>,
        email -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    mails (id) {
        id -> Text,
        kind -> Text,
        recipient -> Text,
        member_id -> Nullable<Text>,
        sealed_text -> Nullable<Text>,
        attempts -> Integer,
        next_attempt_at -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    throttles (throttle_key) {
        throttle_key -> Text,
        forgiven_at -> BigInt,
    }
}

diesel::table! {
    known_devices (token_hash, member_id) {
        token_hash -> Text,
        member_id -> Text,
        created_at -> BigInt,
        last_seen_at -> BigInt,
    }
}

diesel::table! {
    setup_codes (code_hash) {
        code_hash -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    form_submissions (form_key) {
        form_key -> Text,
        workspace_id -> Text,
        made -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    api_keys (id) {
        id -> Text,
        workspace_id -> Text,
        name -> Text,
        key_hash -> Text,
        suffix -> Text,
        created_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
        expires_at -> Nullable<BigInt>,
        created_by -> Nullable<Text>,
    }
}

diesel::table! {
    organizations (id) {
        id -> Text,
        workspace_id -> Text,
        name -> Text,
        name_folded -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        external_id -> Nullable<Text>,
        metadata -> Text,
        stripe_customer_id -> Nullable<Text>,
        allow_profiles_outside_organization -> Bool,
    }
}

diesel::table! {
    directories (id) {
        id -> Text,
        workspace_id -> Text,
        organization_id -> Text,
        provider -> Text,
        name -> Text,
        endpoint_key -> Text,
        state -> Text,
        activated_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    directory_tokens (id) {
        id -> Text,
        directory_id -> Text,
        token_hash -> Text,
        suffix -> Text,
        created_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
        expires_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    directory_users (id) {
        id -> Text,
        directory_id -> Text,
        user_name -> Text,
        user_name_folded -> Text,
        external_id -> Nullable<Text>,
        display_name -> Nullable<Text>,
        display_name_folded -> Nullable<Text>,
        first_name -> Nullable<Text>,
        last_name -> Nullable<Text>,
        email -> Nullable<Text>,
        email_folded -> Nullable<Text>,
        active -> Bool,
        sort_name -> Text,
        search_text -> Text,
        resource -> Text,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        hidden_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    directory_user_emails (directory_user_id, email_folded) {
        directory_user_id -> Text,
        email_folded -> Text,
        directory_id -> Text,
    }
}

diesel::table! {
    directory_groups (id) {
        id -> Text,
        directory_id -> Text,
        display_name -> Text,
        display_name_folded -> Text,
        external_id -> Nullable<Text>,
        idp_id -> Text,
        member_count -> BigInt,
        resource -> Text,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    memberships (directory_group_id, directory_user_id) {
        directory_group_id -> Text,
        directory_user_id -> Text,
        created_at -> BigInt,
        hidden -> Bool,
    }
}

diesel::table! {
    events (seq) {
        seq -> BigInt,
        id -> Text,
        workspace_id -> Text,
        organization_id -> Text,
        directory_id -> Nullable<Text>,
        name -> Text,
        data -> Text,
        provisioning_request_id -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    provisioning_requests (id) {
        id -> Text,
        directory_id -> Text,
        directory_token_id -> Nullable<Text>,
        method -> Text,
        path -> Text,
        query -> Text,
        status -> Integer,
        duration_micros -> BigInt,
        summary -> Text,
        request_body -> Nullable<Text>,
        response_body -> Nullable<Text>,
        user_agent -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    event_outbox (seq) {
        seq -> BigInt,
    }
}

diesel::table! {
    publisher (id) {
        id -> Integer,
        holder -> Text,
        lease_expires_at -> BigInt,
        last_position -> BigInt,
    }
}

diesel::table! {
    event_positions (position) {
        position -> BigInt,
        seq -> BigInt,
        workspace_id -> Text,
        organization_id -> Text,
        directory_id -> Nullable<Text>,
        directory_sequence -> Nullable<BigInt>,
        name -> Text,
        created_at -> BigInt,
        published_at -> BigInt,
    }
}

diesel::table! {
    directory_sequences (directory_id) {
        directory_id -> Text,
        last_sequence -> BigInt,
    }
}

diesel::table! {
    organization_domains (id) {
        id -> Text,
        workspace_id -> Text,
        organization_id -> Text,
        domain -> Text,
        state -> Text,
        verification_strategy -> Text,
        verification_token -> Nullable<Text>,
        verification_prefix -> Nullable<Text>,
        verification_expires_at -> Nullable<BigInt>,
        verification_next_check_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    idempotency_keys (workspace_id, path, idempotency_key) {
        workspace_id -> Text,
        path -> Text,
        idempotency_key -> Text,
        request_hash -> Text,
        status -> Integer,
        body -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    sealing_key (id) {
        id -> Integer,
        key_id -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    webhook_endpoints (id) {
        id -> Text,
        workspace_id -> Text,
        endpoint_url -> Text,
        description -> Text,
        events -> Text,
        status -> Text,
        sealed_secret -> Text,
        sealed_previous_secret -> Nullable<Text>,
        previous_secret_expires_at -> Nullable<BigInt>,
        in_order -> Bool,
        deliveries_per_second -> Integer,
        paced_until -> BigInt,
        failing_since -> Nullable<BigInt>,
        disabled_reason -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    webhook_deliveries (id) {
        id -> Text,
        webhook_endpoint_id -> Text,
        workspace_id -> Text,
        event_id -> Text,
        event_name -> Text,
        seq -> Nullable<BigInt>,
        position -> Nullable<BigInt>,
        directory_id -> Nullable<Text>,
        test_event -> Nullable<Text>,
        state -> Text,
        attempts -> Integer,
        retries -> Integer,
        next_attempt_at -> Nullable<BigInt>,
        created_at -> BigInt,
        finished_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    webhook_attempts (id) {
        id -> Text,
        webhook_delivery_id -> Text,
        webhook_endpoint_id -> Text,
        status -> Nullable<Integer>,
        error -> Nullable<Text>,
        duration_micros -> BigInt,
        response_body -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    audit_entries (id) {
        id -> Text,
        chain -> Text,
        number -> BigInt,
        actor_kind -> Text,
        actor_id -> Nullable<Text>,
        actor_name -> Text,
        action -> Text,
        target_id -> Nullable<Text>,
        target_name -> Text,
        difference -> Text,
        ip_address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        request_id -> Nullable<Text>,
        created_at -> BigInt,
        previous_hash -> Text,
        hash -> Text,
    }
}

diesel::table! {
    audit_heads (chain) {
        chain -> Text,
        last_number -> BigInt,
        last_hash -> Text,
    }
}

diesel::table! {
    invitations (id) {
        id -> Text,
        workspace_id -> Text,
        email -> Text,
        email_folded -> Text,
        role -> Text,
        secret_hash -> Text,
        invited_by -> Nullable<Text>,
        created_at -> BigInt,
        sent_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::joinable!(workspace_members -> workspaces (workspace_id));
diesel::joinable!(workspace_members -> members (member_id));
diesel::joinable!(sessions -> members (member_id));
diesel::joinable!(invitations -> workspaces (workspace_id));
diesel::joinable!(invitations -> members (invited_by));
diesel::joinable!(form_submissions -> workspaces (workspace_id));
diesel::joinable!(api_keys -> workspaces (workspace_id));
diesel::joinable!(organizations -> workspaces (workspace_id));
diesel::joinable!(directories -> workspaces (workspace_id));
diesel::joinable!(directories -> organizations (organization_id));
diesel::joinable!(directory_tokens -> directories (directory_id));
diesel::joinable!(directory_users -> directories (directory_id));
diesel::joinable!(directory_user_emails -> directory_users (directory_user_id));
diesel::joinable!(directory_groups -> directories (directory_id));
diesel::joinable!(memberships -> directory_groups (directory_group_id));
diesel::joinable!(memberships -> directory_users (directory_user_id));
diesel::joinable!(organization_domains -> workspaces (workspace_id));
diesel::joinable!(organization_domains -> organizations (organization_id));
diesel::joinable!(idempotency_keys -> workspaces (workspace_id));
diesel::joinable!(webhook_endpoints -> workspaces (workspace_id));
diesel::joinable!(webhook_deliveries -> webhook_endpoints (webhook_endpoint_id));

diesel::allow_tables_to_appear_in_same_query!(
    workspaces,
    members,
    workspace_members,
    invitations,
    sessions,
    setup_codes,
    form_submissions,
    api_keys,
    organizations,
    directories,
    directory_tokens,
    directory_users,
    directory_user_emails,
    directory_groups,
    memberships,
    events,
    provisioning_requests,
    event_outbox,
    publisher,
    event_positions,
    directory_sequences,
    organization_domains,
    idempotency_keys,
    sealing_key,
    webhook_endpoints,
    webhook_deliveries,
    webhook_attempts,
    audit_entries,
    audit_heads,
);
