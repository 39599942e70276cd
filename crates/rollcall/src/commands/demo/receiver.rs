//! A receiver for the demo's webhooks: an application that takes nearly all of them.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use actix_web::{App, HttpResponse, HttpServer, web};
use rollcall_store::ids::{Id as _, WorkspaceId};
use rollcall_store::webhook_endpoint::{self, DELIVERIES_PER_SECOND, New};
use rollcall_store::{Store, event};

use crate::server;

/// Of so many webhooks one is refused at first, so that there is something to look into.
const ONE_IN: u32 = 40;

/// Starts the receiver on a free port, and sends it the workspace's events.
pub(super) async fn start(
    store: &Store,
    workspace_id: &str,
) -> Result<(), Box<dyn std::error::Error>> {
    let listener = server::bind((Ipv4Addr::LOCALHOST, 0).into())?;
    let endpoint_url = format!("http://{}/webhooks", listener.local_addr()?);
    let taken = Arc::new(AtomicU32::new(0));
    let server = HttpServer::new(move || {
        let taken = taken.clone();
        App::new().default_service(web::to(move || std::future::ready(answer(&taken))))
    });
    let server = server.workers(1).disable_signals().listen(listener)?.run();
    tokio::spawn(server);
    subscribe(
        store,
        WorkspaceId::from_text(workspace_id.to_owned()),
        endpoint_url,
    )
    .await?;
    Ok(())
}

fn answer(taken: &AtomicU32) -> HttpResponse {
    if taken.fetch_add(1, Ordering::Relaxed) % ONE_IN == ONE_IN - 1 {
        return HttpResponse::ServiceUnavailable()
            .body("The demo’s receiver refuses one in forty.");
    }
    HttpResponse::NoContent().finish()
}

async fn subscribe(
    store: &Store,
    workspace_id: WorkspaceId,
    endpoint_url: String,
) -> Result<(), webhook_endpoint::Error> {
    let names = event::ALL
        .into_iter()
        .filter(|name| event::is_selectable(name));
    let new = New {
        endpoint_url,
        description: "An application that the demo plays".to_owned(),
        events: names.map(str::to_owned).collect(),
        in_order: false,
        deliveries_per_second: DELIVERIES_PER_SECOND,
    };
    let made = store.write(move |tx| webhook_endpoint::create(tx, &workspace_id, new));
    made.await.map(drop)
}
