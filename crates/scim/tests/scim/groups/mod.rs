mod create;
mod delete;
mod list;
mod patch;
mod replace;
