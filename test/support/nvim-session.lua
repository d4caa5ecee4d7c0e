-- A session of a real Neovim with Goldfish, driven by test/editor/nvim.test.ts: prints one line of JSON a finding.
-- Written for 0.7, which has start_client and no start.
local function tell(what, found)
  io.stdout:write(vim.fn.json_encode({ what = what, found = found }) .. '\n')
end

local progress = {}
vim.lsp.handlers['$/progress'] = function(_, result)
  table.insert(progress, result.value.kind)
end

local ok, fault = pcall(function()
  vim.cmd('edit notes.md')
  local buffer = vim.api.nvim_get_current_buf()
  local command = vim.fn.json_decode(os.getenv('GOLDFISH_COMMAND'))
  local id = vim.lsp.start_client({ name = 'goldfish', cmd = command, root_dir = vim.fn.getcwd() })
  vim.lsp.buf_attach_client(buffer, id)
  local client = vim.lsp.get_client_by_id(id)
  assert(vim.wait(20000, function() return client.initialized end, 10), 'not initialized')
  local function request(method, params)
    local answer = assert(client.request_sync(method, params, 20000, buffer))
    assert(not answer.err, vim.inspect(answer.err))
    return answer.result
  end
  tell('commands', #client.server_capabilities.executeCommandProvider.commands)
  tell('ask', request('workspace/executeCommand', {
    command = 'goldfish/ask',
    arguments = { { question = os.getenv('GOLDFISH_QUESTION') } },
    workDoneToken = 'asking',
  }))
  tell('search', request('goldfish/search', { query = os.getenv('GOLDFISH_QUESTION') }))
  tell('progress', progress)
  client.stop()
  assert(vim.wait(10000, function() return client.is_stopped() end, 10), 'not stopped')
end)
if not ok then
  io.stderr:write(tostring(fault) .. '\n')
  vim.cmd('cquit 1')
end
vim.cmd('qall!')
