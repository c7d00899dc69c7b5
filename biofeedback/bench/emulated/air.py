"""The virtual air between the emulated adapter and the emulated straps, and controllers that behave in it."""

import asyncio
from typing import Any

from bumble import controller, core, hci, link, ll

USUAL_RSSI_DBM = -50


class Air(link.LocalLink):
    """Carries packets between controllers in one process, and loses them where it is told to.

    Attributes
    ----------
    muted : set of Controller
        Controllers out of range: what they send and what is sent to them is lost, and nobody is told.
    rssi_dbm : dict
        How strongly each advertiser is heard, by address; -50 dBm where it is not given.
    delay_s : float
        How long data between two connected ends are on their way.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.muted: set[controller.Controller] = set()
        self.rssi_dbm: dict[hci.Address, int] = {}
        self.delay_s = 0.0

    def _is_lost(self, *ends: controller.Controller | None) -> bool:
        return any(end in self.muted for end in ends)

    def send_acl_data(
        self,
        sender_controller: controller.Controller,
        destination_address: hci.Address,
        transport: core.PhysicalTransport,
        data: bytes,
    ) -> None:
        # bumble 0.0.236 names the sender by its random address always, which loses the data of a central that
        # connected with its public one, as Linux does: take the address that the connection was made with
        destination = self.find_le_controller(destination_address)
        connection = sender_controller.le_connections.get(destination_address)
        if destination and connection and not self._is_lost(sender_controller, destination):
            loop = asyncio.get_running_loop()
            sent = (destination, connection.self_address, transport, data)
            if self.delay_s:
                loop.call_later(self.delay_s, self._arrive, *sent)
            else:
                loop.call_soon(self._arrive, *sent)

    def _arrive(
        self,
        destination: controller.Controller,
        sender_address: hci.Address,
        transport: core.PhysicalTransport,
        data: bytes,
    ) -> None:
        # What was on its way when the link was lost, or its end left the air, arrives nowhere
        if destination in self.controllers and sender_address in destination.le_connections:
            destination.on_link_acl_data(sender_address, transport, data)

    def send_advertising_pdu(self, sender_controller: controller.Controller, packet: ll.AdvertisingPdu) -> None:
        loop = asyncio.get_running_loop()
        for receiver in self.controllers:
            if receiver is not sender_controller and not self._is_lost(sender_controller, receiver):
                loop.call_soon(receiver.on_ll_advertising_pdu, packet)

    def send_ll_control_pdu(
        self, sender_address: hci.Address, receiver_address: hci.Address, packet: ll.ControlPdu
    ) -> None:
        sender, receiver = self.find_le_controller(sender_address), self.find_le_controller(receiver_address)
        if receiver and not self._is_lost(sender, receiver):
            super().send_ll_control_pdu(sender_address, receiver_address, packet)

    def drop(self, end: controller.Controller, addresses: set[hci.Address], reason: int) -> None:
        """Break every connection of a controller as a supervision timeout does: both ends see it, nothing is sent."""
        for other in self.controllers:
            for connection in list(other.le_connections.values()):
                if other is end or connection.peer_address in addresses:
                    other.on_le_disconnected(connection, reason)


class CentralController(controller.Controller):
    """A central's controller: hears advertisers at their own strength, and can give up on a connection."""

    def __init__(self, name: str, air: Air, **options: Any) -> None:
        super().__init__(name, link=air, **options)
        self.air = air

    def send_hci_packet(self, packet: hci.HCI_Packet) -> None:
        if isinstance(packet, hci.HCI_LE_Advertising_Report_Event | hci.HCI_LE_Extended_Advertising_Report_Event):
            for report in packet.reports:
                report.rssi = self.air.rssi_dbm.get(report.address, USUAL_RSSI_DBM)
        super().send_hci_packet(packet)

    def on_hci_le_create_connection_cancel_command(
        self, _command: hci.HCI_LE_Create_Connection_Cancel_Command
    ) -> hci.HCI_StatusReturnParameters:
        # bumble 0.0.236 leaves the connection pending for ever
        pending, self.pending_le_connection = self.pending_le_connection, None
        if not pending:
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        failed = hci.HCI_LE_Connection_Complete_Event(
            status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
            connection_handle=0,
            role=hci.Role.CENTRAL,
            peer_address_type=pending.peer_address.address_type,
            peer_address=pending.peer_address,
            connection_interval=0,
            peripheral_latency=0,
            supervision_timeout=0,
            central_clock_accuracy=0,
        )
        asyncio.get_running_loop().call_soon(self.send_hci_packet, failed)
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)
