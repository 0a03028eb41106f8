"""The checks of stores that keep tenants apart, prove their log and take Changes back, one group a file."""
