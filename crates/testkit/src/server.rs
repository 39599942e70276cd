//! A real HTTP server on a free port for each test.

use std::net::TcpListener;

use actix_web::dev::ServerHandle;
use actix_web::web::ServiceConfig;
use actix_web::{App, HttpServer, rt};

/// A server that stops when it is dropped.
#[derive(Debug)]
pub struct TestServer {
    /// Its address without a trailing slash, for example `http://127.0.0.1:40123`.
    pub url: String,
    handle: ServerHandle,
}

impl TestServer {
    /// Serves what `configure` registers. It is told the server's own URL, as the public URL to use.
    pub fn start<F>(configure: impl FnOnce(&str) -> F) -> Self
    where
        F: Fn(&mut ServiceConfig) + Clone + Send + 'static,
    {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("a bound address"));
        let configure = configure(&url);
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            rt::System::new().block_on(async move {
                let server = HttpServer::new(move || App::new().configure(configure.clone()))
                    .workers(2)
                    .tcp_nodelay(true)
                    .shutdown_timeout(1)
                    .disable_signals()
                    .listen(listener)
                    .expect("the port can be listened on")
                    .run();
                sender
                    .send(server.handle())
                    .expect("the test waits for its server");
                server.await.expect("the server ends well");
            });
        });
        let handle = receiver.recv().expect("the server starts");
        Self { url, handle }
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        // The message is on its way once the future exists; the server's thread then ends by itself.
        drop(self.handle.stop(false));
    }
}
