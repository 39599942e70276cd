use std::time::Duration;

/// Hears how far a scenario has come. Every method may be called from several tasks.
pub trait Progress: Send + Sync {
    /// A stage begins; `total` operations are expected in it.
    fn stage(&self, name: &str, total: usize);
    /// An operation of the stage has ended, well or not.
    fn advance(&self);
    /// The server answered 429: that request is sent again after this time.
    fn paused(&self, wait: Duration);
}

/// Hears everything and says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _name: &str, _total: usize) {}
    fn advance(&self) {}
    fn paused(&self, _wait: Duration) {}
}
