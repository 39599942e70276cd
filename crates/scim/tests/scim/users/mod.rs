mod create;
mod deactivate;
mod delete;
mod list;
mod patch;
mod read;
mod replace;
