"""Data that go to another installation, and come from one."""
